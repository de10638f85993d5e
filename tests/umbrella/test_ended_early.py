"""A run that something else than a migration ends says what it has applied before, and what it left untried."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from subprocess import PIPE, Popen

import duckdb
import pytest

from dt_config.config import Config
from dt_lake.lake import connect
from ducktracker.migrate import attempt, session
from support.project import Project

TOUCHES_SESSION = "SET VARIABLE birds = 1; CREATE TABLE ponds (a INTEGER);"
HOLDER = "import duckdb, sys; lake = duckdb.connect(sys.argv[1]); print('ready', flush=True); sys.stdin.read()"


def outcomes(project: Project, *argv: str, code: int) -> tuple[dict[str, str], str]:
    """Run migrate --json; return what became of each file, and stderr."""
    ran = project.main("migrate", "--json", *argv)
    assert ran.code == code, ran
    return {item["script"]: item["outcome"] for item in ran.json["migrations"]}, ran.err


@pytest.fixture
def three(duckdb_project: Project) -> Project:
    duckdb_project.migration("V1__a.sql", "CREATE TABLE a (i INTEGER);")
    duckdb_project.migration("V2__b.sql", TOUCHES_SESSION)
    duckdb_project.migration("V3__c.sql", "CREATE TABLE c (i INTEGER);")
    return duckdb_project


@contextmanager
def held(path: str) -> Iterator[None]:
    """Another process has a DuckDB file open."""
    with Popen([sys.executable, "-c", HOLDER, path], stdin=PIPE, stdout=PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        yield


def test_the_lake_is_taken_when_it_is_opened_again(three: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = count(1)
    with ExitStack() as stack:

        def taken(config: Config, *, write: bool) -> duckdb.DuckDBPyConnection:
            """The second time somebody else is quicker."""
            if next(calls) == 2:
                stack.enter_context(held(three.source))
            return connect(config, write=write)

        monkeypatch.setattr(session, "connect", taken)
        became, err = outcomes(three, "--lock-timeout", "0", code=5)
    assert became == {"V1__a.sql": "applied", "V2__b.sql": "applied", "V3__c.sql": "skipped"}
    assert "another process holds this lake" in err
    assert three.main("migrate").code == 0


def test_damage_that_is_found_after_a_commit(three: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter([[], ["birds"]])
    monkeypatch.setattr(attempt, "duplicated_ids", lambda *_: next(found))
    became, err = outcomes(three, code=3)
    assert became == {"V1__a.sql": "applied", "V2__b.sql": "applied", "V3__c.sql": "skipped"}
    assert "after V2__b.sql, lake snapshot" in err


def test_a_reader_that_goes_away_does_not_end_the_run(duckdb_project: Project) -> None:
    for number in range(1, 5):
        duckdb_project.migration(f"V{number}__t.sql", f"CREATE TABLE t{number} (i INTEGER);")
    duckdb_project.pipe("ducktracker migrate | true", pipefail=False)
    assert duckdb_project.main("info", "--json").json["counts"] == {"applied": 4}
