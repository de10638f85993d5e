"""Drift and the runs of migrate: several migrations in one lake snapshot, what others commit in a run, and a kill."""

import os
from collections.abc import Callable

import pytest

from ducktracker.migrate.session import Session
from support.lakes import attached
from support.postgres import Postgres
from support.project import Project
from support.running import await_silence, ended, read_by, started

TABLES = "CREATE TABLE t (a INTEGER, b INTEGER); CREATE TABLE u (a INTEGER); CREATE VIEW v AS SELECT 1 AS x"


def heads(project: Project) -> list[str]:
    """Return the lines of drift that name a change, sorted."""
    lines = project.main("drift").out.splitlines()
    return sorted(line.removesuffix("[DATA_LOSS]").rstrip() for line in lines[:-1] if not line.startswith(" "))


def authors(project: Project) -> dict[str, list[tuple[str, ...]]]:
    """Return the migrations that are to blame for each change; nobody's are those of somebody else."""
    changes = project.main("drift", "--json").json["changes"]
    return {
        change["name"]: [tuple(blame["migrations"]) for blame in change["blame"]]
        for change in changes
        if change["blame"] is not None
    }


def migrate(project: Project, *arguments: str) -> None:
    ran = project.main("migrate", *arguments)
    assert ran.code == 0, ran.err


def by_hand(project: Project, *statements: str) -> None:
    with attached(project.source, project.data_path) as lake:
        for statement in statements:
            lake.execute(statement)


def snapshots(project: Project) -> dict[str, int]:
    rows = project.call("dt-history").json["rows"]
    return {row["script"]: row["lake_snapshot"] for row in rows}


@pytest.mark.parametrize("mode", ["group", "all"])
def test_several_migrations_in_one_lake_snapshot(project: Project, mode: str) -> None:
    project.migration("V1__tables.sql", TABLES)
    migrate(project)
    dropped, added = "ALTER TABLE t DROP COLUMN b", "ALTER TABLE t ADD COLUMN d INTEGER"
    by_hand(project, dropped, added, "ALTER TABLE u RENAME TO w", "CREATE OR REPLACE VIEW v AS SELECT 2 AS x")
    by_hand(project, "CREATE TABLE x (a INTEGER)", "ALTER TABLE t ADD COLUMN e INTEGER")
    for number, statement in enumerate(
        (
            "ALTER TABLE t ADD COLUMN c INTEGER",
            "ALTER TABLE t RENAME COLUMN c TO f",
            "ALTER TABLE t ADD COLUMN IF NOT EXISTS d INTEGER",
            "ALTER TABLE w ADD COLUMN z DATE",
            "CREATE OR REPLACE VIEW v AS SELECT 3 AS x",
            "DROP TABLE x",
        ),
        start=2,
    ):
        project.migration(f"V{number}__part.sql", statement)
    migrate(project, "--transaction", mode)
    assert len({snapshot for script, snapshot in snapshots(project).items() if script.endswith("part.sql")}) == 1
    expected = ["+ column main.t.e INTEGER", "- column main.t.b INTEGER", "> table main.u -> main.w"]
    assert heads(project) == expected
    by_hand(project, "ALTER TABLE t DROP COLUMN f")
    assert heads(project) == sorted([*expected, "- column main.t.f INTEGER"])


@pytest.mark.parametrize("is_first", [pytest.param(True, id="the first run"), pytest.param(False, id="a later run")])
def test_what_others_commit_between_two_transactions(
    project: Project, monkeypatch: pytest.MonkeyPatch, is_first: bool
) -> None:
    """The first migration touches its session, so that the run opens the lake again after it."""
    if not is_first:
        project.migration("V1__first.sql", "CREATE TABLE first (a INTEGER)")
        migrate(project)
    project.migration("V2__tables.sql", f"SET threads = 1; {TABLES}")
    project.migration("V3__c.sql", "ALTER TABLE t ADD COLUMN c INTEGER; CREATE OR REPLACE VIEW v AS SELECT 3 AS x")
    done = ["ALTER TABLE t DROP COLUMN b", "ALTER TABLE u RENAME TO w", "CREATE OR REPLACE VIEW v AS SELECT 2 AS x"]
    option = "CALL lake.set_option('parquet_compression', 'zstd', table_name => 't')"
    meanwhile(monkeypatch, lambda: by_hand(project, *done, *([] if is_first else [option])))
    migrate(project, "--transaction", "each")
    made = snapshots(project)
    assert made["V3__c.sql"] - made["V2__tables.sql"] == 4
    expected = ["- column main.t.b INTEGER", "> table main.u -> main.w"]
    assert heads(project) == [*([] if is_first else ["+ option main.t.parquet_compression zstd"]), *expected]
    assert authors(project) == {"main.t.b": [()], "main.w": [()]}


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Have somebody else act once a run has closed the lake to open it again."""
    close = Session.close

    def closed(session: Session) -> None:
        close(session)
        monkeypatch.undo()
        act()

    monkeypatch.setattr(Session, "close", closed)


def test_what_others_commit_while_a_transaction_is_open(postgres_project: Project) -> None:
    """It began before them and conflicts with them; DuckLake's own retry would lose the option, so all is run again."""
    project = postgres_project
    project.migration("V1__tables.sql", TABLES)
    migrate(project)
    pipe, rows = project.folder / "pipe", project.folder / "rows"
    os.mkfifo(pipe)
    waits = f"CREATE TABLE x AS SELECT * FROM read_csv('{pipe}');"
    project.migration(
        "V2__x.sql", f"{waits} ALTER TABLE t ADD COLUMN c INTEGER; CALL lake.set_option('per_thread_output', 'true')"
    )
    with started(project, "migrate") as process:
        with read_by(process, pipe) as writer:
            by_hand(project, "ALTER TABLE u ADD COLUMN z INTEGER", "CREATE TABLE y (a INTEGER)", "DROP VIEW v")
            by_hand(project, "CALL lake.set_option('parquet_compression', 'zstd')")
            # The second run reads a file that doesn't wait.
            rows.write_text("a\n1\n")
            rows.replace(pipe)
            writer.write(b"a\n1\n")
        ran = ended(process)
    assert ran.code == 0, ran.err
    assert heads(project) == [
        "+ column main.u.z INTEGER",
        "+ option parquet_compression zstd",
        "+ table main.y (a INTEGER)",
        "- view main.v SELECT 1 AS x",
    ]
    assert authors(project) == {"main.u.z": [()], "main.y": [()], "main.v": [()]}


@pytest.mark.parametrize("is_first", [pytest.param(True, id="the first run"), pytest.param(False, id="a later run")])
def test_a_kill_between_a_commit_and_its_copy(project: Project, request: pytest.FixtureRequest, is_first: bool) -> None:
    """The copy comes at the end of the run, after the last migration, which waits for a pipe."""
    project.migration("V1__tables.sql", TABLES)
    if not is_first:
        migrate(project)
        by_hand(project, "ALTER TABLE t DROP COLUMN b", "ALTER TABLE t ADD COLUMN d INTEGER")
        by_hand(project, "CALL lake.set_option('parquet_compression', 'zstd', table_name => 't')")
    stated = "ALTER TABLE t ADD COLUMN IF NOT EXISTS d INTEGER; ALTER TABLE t ADD COLUMN c INTEGER"
    project.migration("V2__d.sql", f"{stated}; CALL lake.set_option('parquet_compression', 'zstd', table_name => 'u')")
    killed_in_the_next(project, "V3__last.sql")
    if project.backend == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        await_silence(postgres, project)
    copies = "SELECT count(*) FROM ducktracker_schema_history WHERE migration_type = 'S'"
    assert project.sql(copies) == [(0 if is_first else 1,)]
    assert "V2__d.sql" in snapshots(project)
    schema = [] if is_first else ["- column main.t.b INTEGER"]
    options = [] if is_first else ["+ option main.t.parquet_compression zstd"]
    assert heads(project) == [*options, *schema]
    by_hand(project, "ALTER TABLE t RENAME COLUMN c TO e")
    renamed = [*options, *schema, "> column main.t.c -> main.t.e"]
    assert heads(project) == renamed
    project.migration("V3__last.sql", "CREATE TABLE last (a INTEGER)")
    migrate(project)
    assert heads(project) == renamed
    project.expire()
    assert heads(project) == renamed


def killed_in_the_next(project: Project, script: str) -> None:
    """Kill a run that has committed what comes before this migration."""
    pipe = project.folder / "pipe"
    os.mkfifo(pipe)
    project.migration(script, f"CREATE TABLE x AS SELECT * FROM read_csv('{pipe}')")
    with started(project, "migrate", "--transaction", "each") as process, read_by(process, pipe):
        process.kill()
        process.wait()
