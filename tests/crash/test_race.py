"""Several processes migrate one lake at the same time: each version is applied exactly once, and nobody fails."""

import sys
from subprocess import PIPE, Popen
from typing import Any

import pytest

from dt_history import tail
from dt_history.commit import current_snapshot
from dt_lake.lake import Lake
from support import forty
from support.lakes import attached
from support.postgres import Postgres
from support.project import Project
from support.running import await_silence, ended, race, read_lines, started

RUNNERS = 8
WAITS = "ducktracker: another process holds the lake; waiting up to 60 seconds\n"
"""Said once a run. PostgreSQL never holds a lake."""
QUICK = {("auto", "new", 1), ("auto", "old", 1), ("each", "old", 1)}


def rounds() -> list[Any]:
    """24 rounds, of which three run quickly: each mode on a lake that is there and on one that is not, three times."""
    return [
        pytest.param(
            mode, age, marks=[] if (mode, age, number) in QUICK else [pytest.mark.slow], id=f"{mode} {age} {number}"
        )
        for number in (1, 2, 3)
        for age in ("new", "old")
        for mode in ("auto", "each", "group", "all")
    ]


@pytest.mark.parametrize("backend", ["postgres", "sqlite"])
@pytest.mark.parametrize(("mode", "age"), rounds())
def test_eight_at_once(request: pytest.FixtureRequest, backend: str, mode: str, age: str) -> None:
    project: Project = request.getfixturevalue(f"{backend}_project")
    forty.write(project)
    if age == "old":
        assert project.main("migrate", "--target", "1").code == 0
    ran = race(project, RUNNERS, "migrate", "--transaction", mode)
    assert {run.code for run in ran} <= {0, 5}, ran
    assert 0 in {run.code for run in ran}
    assert {run.err for run in ran if run.code == 0} <= ({""} if backend == "postgres" else {"", WAITS})
    assert sum(run.out.count("applied  V") for run in ran) == forty.COUNT - (age == "old")
    if backend == "postgres":
        await_silence(request.getfixturevalue("postgres"), project)
    assert forty.applied(project) == forty.COUNT


def test_a_history_that_comes_between(postgres_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another runner makes the history after this one's transaction has its lake snapshot, in a Parquet file."""
    forty.write(postgres_project)

    def overtaken(lake: Lake) -> int:
        monkeypatch.undo()
        snapshot = current_snapshot(lake)
        assert postgres_project.run("migrate", "--transaction", "all").code == 0
        return snapshot

    monkeypatch.setattr(tail, "current_snapshot", overtaken)
    ran = postgres_project.main("migrate")
    assert (ran.code, ran.out, ran.err) == (0, "nothing to apply\n", "")
    assert forty.applied(postgres_project) == forty.COUNT


def test_two_on_a_file(duckdb_project: Project) -> None:
    forty.write(duckdb_project)
    assert duckdb_project.main("migrate", "--target", "1").code == 0
    with started(duckdb_project, "migrate", "--transaction", "each") as first:
        lines = read_lines(first, 1)
        second = duckdb_project.run("migrate")
        first_ran = ended(first)
    assert (first_ran.code, first_ran.err) == (0, "")
    assert second.code == 0
    assert second.err == WAITS
    assert ("".join(lines) + first_ran.out + second.out).count("applied  V") == forty.COUNT - 1
    assert forty.applied(duckdb_project) == forty.COUNT


def test_two_that_make_a_file(duckdb_project: Project) -> None:
    forty.write(duckdb_project)
    ran = race(duckdb_project, 2, "migrate")
    assert [run.code for run in ran] == [0, 0], ran
    assert sum(run.out.count("applied  V") for run in ran) == forty.COUNT
    assert forty.applied(duckdb_project) == forty.COUNT


def test_who_does_not_wait_for_a_file(duckdb_project: Project) -> None:
    """A runner with --lock-timeout 0, and every reader; plan waits for its branch, and then gives up."""
    forty.write(duckdb_project, 1)
    with attached(duckdb_project.source, duckdb_project.data_path):
        busy = duckdb_project.run("migrate", "--lock-timeout", "0")
        readers = {command: duckdb_project.run(command).code for command in ("info", "validate", "drift")}
        plan = duckdb_project.run("plan")
        refusing = duckdb_project.with_environment(DUCKTRACKER_HAZARDS="refuse").run("migrate", "--lock-timeout", "0")
    assert (refusing.code, refusing.err) == (busy.code, busy.err)
    assert (busy.code, busy.out) == (5, "")
    assert busy.err.endswith("another process holds this lake\nhint: nothing was lost; run again\n")
    assert readers == {"info": 3, "validate": 3, "drift": 3}
    assert plan.code == 5


def test_failures_of_several_runners_are_all_recorded(postgres_project: Project, postgres: Postgres) -> None:
    forty.write(postgres_project, 3)
    postgres_project.migration(forty.script(4), "ALTER TABLE missing ADD COLUMN a INTEGER;")
    ran = race(postgres_project, 4, "migrate")
    assert [run.code for run in ran] == [4] * 4, ran
    await_silence(postgres, postgres_project)
    rows = postgres_project.sql(
        f"SELECT installed_rank, version, success FROM {forty.HISTORY} WHERE version > 0 ORDER BY installed_rank"
    )
    assert [row[1:] for row in rows] == [(1, True), (2, True), (3, True), *[(4, False)] * 4]
    assert len({rank for rank, *_ in rows}) == 7


WRITER = """
import sys, time
from support.lakes import attached
with attached(sys.argv[1], sys.argv[2]) as lake:
    lake.execute("CREATE TABLE stream (a INTEGER)")
    while True:
        began = time.monotonic()
        lake.execute("INSERT INTO stream VALUES (1)")
        print("wrote", flush=True)
        time.sleep(2 * (time.monotonic() - began))
"""
"""It writes a third of the time, however quick the machine is."""


def test_runners_make_progress_while_others_write(postgres_project: Project, postgres: Postgres) -> None:
    """Each of a writer's commits is a lake snapshot, but no reason for a runner to begin again."""
    forty.write(postgres_project, 12)
    command = [sys.executable, "-c", WRITER, postgres_project.source, postgres_project.data_path]
    environment = {**postgres_project.environment, "PYTHONPATH": ":".join(sys.path)}
    with Popen(command, stdout=PIPE, text=True, env=environment) as writer:
        read_lines(writer, 1)
        ran = race(postgres_project, 2, "migrate", "--transaction", "each")
        assert writer.poll() is None
        writer.kill()
    assert [run.code for run in ran] == [0, 0], ran
    await_silence(postgres, postgres_project)
    assert postgres_project.sql("SELECT count(*) >= 1 FROM stream") == [(True,)]
    postgres_project.sql("DROP TABLE stream")
    assert forty.applied(postgres_project) == 12
