"""plan leaves the lake as it was: every metadata table, its snapshots, and the files of the data folder."""

import fcntl
import os
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest

from support.lakes import attached, literal, load
from support.postgres import Postgres
from support.project import Project
from support.running import read_by, started

MAKE = """
CREATE SCHEMA side;
CREATE TABLE birds (id INTEGER, name VARCHAR, place STRUCT(x INTEGER, y INTEGER));
INSERT INTO birds SELECT range, 'owl', {'x': 1, 'y': 2} FROM range(100);
CREATE TABLE ponds (id INTEGER, depth DOUBLE);
INSERT INTO ponds VALUES (1, 2.5);
CREATE VIEW names AS SELECT id, name FROM birds;
CREATE MACRO twice(a) AS a * 2;
CREATE MACRO clean() AS TABLE FROM ducklake_cleanup_old_files('lake', cleanup_all => true);
CREATE TABLE side.eggs (id INTEGER);
DROP TABLE side.eggs;
"""
EVERYTHING = """
CREATE SCHEMA s;
CREATE TABLE s.t (a INTEGER NOT NULL, b VARCHAR DEFAULT 'x');
CREATE TABLE copy AS FROM birds;
CREATE OR REPLACE TABLE ponds AS SELECT range AS id FROM range(100000);
ALTER TABLE birds RENAME TO animals;
ALTER TABLE animals ADD COLUMN weight DOUBLE DEFAULT 1;
ALTER TABLE animals DROP COLUMN place.y;
ALTER TABLE animals RENAME COLUMN id TO number;
ALTER TABLE animals ALTER number TYPE BIGINT;
ALTER TABLE animals ALTER name SET DEFAULT 'crow';
ALTER TABLE animals SET PARTITIONED BY (name);
ALTER TABLE animals SET SORTED BY (number);
COMMENT ON TABLE animals IS 'all';
COMMENT ON COLUMN animals.name IS 'its name';
INSERT INTO s.t SELECT range, range FROM range(100000);
UPDATE s.t SET b = 'y' WHERE a > 10;
DELETE FROM s.t WHERE a > 5;
MERGE INTO s.t USING (SELECT 1 AS a) AS n USING (a) WHEN MATCHED THEN DELETE;
CREATE OR REPLACE VIEW names AS SELECT number, name FROM animals;
CREATE VIEW v AS FROM s.t;
CREATE OR REPLACE MACRO twice(a) AS a + a;
CREATE MACRO many(a) AS TABLE FROM range(a);
CALL lake.set_option('target_file_size', '5MB');
CALL ducklake_set_commit_message('lake', 'somebody', 'something');
SET threads = 1;
CREATE TEMP TABLE temporary (a INTEGER);
DROP VIEW v;
DROP MACRO TABLE many;
DROP TABLE copy;
DROP SCHEMA side;
"""
NOT_TRIED = """
CALL ducklake_cleanup_old_files('lake', cleanup_all => true);
CALL ducklake_delete_orphaned_files('lake', cleanup_all => true);
CALL ducklake_expire_snapshots('lake', older_than => now() + INTERVAL 1 DAY);
SELECT * FROM ducklake_expire_snapshots('lake', older_than => now() + INTERVAL 1 DAY);
FROM clean();
CREATE TABLE cleaned AS FROM clean();
INSERT INTO ponds SELECT count(*), 1 FROM query('FROM ducklake' || '_cleanup_old_files(''lake'', cleanup_all => true)');
CALL ducklake_flush_inlined_data('lake');
CALL ducklake_merge_adjacent_files('lake');
CALL ducklake_rewrite_data_files('lake');
CHECKPOINT;
COPY birds TO 'birds.parquet';
COPY (SELECT 1) TO 'one.csv';
EXPORT DATABASE 'exported';
ATTACH 'other.db' AS other;
INSTALL httpfs;
CREATE PERSISTENT SECRET s (TYPE s3, KEY_ID 'k', SECRET 's');
"""


def state(project: Project) -> dict[str, Any]:
    """The contents of every metadata table."""
    with duckdb.connect() as connection:
        load(connection, "postgres_scanner", "sqlite_scanner")
        source = project.source.removeprefix(f"{project.backend}:")
        connection.execute(f"ATTACH {literal(source)} AS metadata (READ_ONLY, TYPE {project.backend})")
        query = (
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'metadata' AND table_name LIKE 'ducklake%'"
        )
        found = {
            table: sorted(connection.execute(f'SELECT COLUMNS(*)::VARCHAR FROM metadata."{table}"').fetchall(), key=str)
            for (table,) in connection.execute(query).fetchall()
        }
    assert len(found["ducklake_snapshot"]) > 5
    return found


def files(project: Project) -> list[Path]:
    """All files of the project's folder; a ROLLBACK may leave empty folders (ducklake-facts.md#ddl-rolls-back)."""
    return sorted(path for path in project.folder.rglob("*") if path.is_file() and path.suffix != ".sql")


@pytest.fixture
def pond(project: Project) -> Project:
    """A project whose lake has some of everything, with rows in files and in the catalog."""
    with attached(project.source, project.data_path) as lake:
        for statement in MAKE.strip().split(";\n"):
            lake.execute(statement)
    return project


def test_every_kind_of_statement(pond: Project) -> None:
    pond.migration("V1__everything.sql", EVERYTHING)
    before = state(pond), files(pond)
    planned = pond.main("plan", "--json")
    assert (planned.code, planned.json["failure"], planned.json["incomplete"]) == (0, None, 0), planned.err
    statements = planned.json["migrations"][0]["statements"]
    left_out = [item["sql"] for item in statements if item["not_tried"]]
    assert left_out == []
    assert (state(pond), files(pond)) == before


def test_a_statement_that_fails(pond: Project) -> None:
    pond.migration("V1__everything.sql", EVERYTHING)
    pond.migration("V2__fails.sql", "CREATE TABLE more (a INTEGER);\nINSERT INTO more SELECT 'x' FROM range(3);")
    before = state(pond), files(pond)
    planned = pond.main("plan")
    assert planned.code == 4
    assert planned.err.startswith("ducktracker: V2__fails.sql:2: Conversion Error")
    assert (state(pond), files(pond)) == before


def test_an_error_within_duckdb(pond: Project) -> None:
    pond.migration("V1__fails.sql", "CREATE TABLE more (a INTEGER);\nCOMMENT ON COLUMN more.missing IS 'x';")
    before = state(pond), files(pond)
    planned = pond.main("plan")
    assert planned.code == 4
    assert planned.err.startswith("ducktracker: V1__fails.sql:2: INTERNAL Error")
    assert (state(pond), files(pond)) == before


def test_what_reaches_beyond_the_lake_is_not_run(pond: Project) -> None:
    pond.migration("V1__maintenance.sql", NOT_TRIED)
    pond.migration("V2__more.sql", "CREATE TABLE more (a INTEGER);")
    before = state(pond), files(pond)
    planned = pond.main("plan", "--json")
    assert planned.code == 0, planned.err
    first, second = planned.json["migrations"]
    assert [item["sql"] for item in first["statements"] if item["not_tried"] is None] == []
    assert len(first["statements"]) == NOT_TRIED.count(";\n")
    assert [item["not_tried"] for item in second["statements"]] == [None]
    assert [change["name"] for change in planned.json["diff"]["changes"]] == ["main.more"]
    assert (state(pond), files(pond)) == before


def test_killed_in_the_middle(pond: Project, tmp_path: Path) -> None:
    """The last statement reads a named pipe. What is left is removed by the next plan."""
    temporary, pipe = tmp_path / "temporary", pond.folder / "pipe"
    temporary.mkdir()
    os.mkfifo(pipe)
    project = pond.with_environment(TMPDIR=str(temporary))
    project.migration("V1__long.sql", f"{EVERYTHING}SELECT count(*) FROM read_csv('{pipe}');")
    before = state(pond), files(pond)
    with started(project, "plan", "--allow-external") as process, read_by(process, pipe):
        process.kill()
        process.wait()
    assert (state(pond), files(pond)) == before
    assert len(list(temporary.iterdir())) == 1
    project.migration("V1__long.sql", "SELECT 1;")
    assert project.run("plan").code == 0
    assert list(temporary.iterdir()) == []


def test_a_dead_branch_is_told_by_its_lock(duckdb_project: Project, tmp_path: Path) -> None:
    """Whoever has the number of its process by now: in containers it is a small one, and often the same."""
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    dead = tmp_path / "temporary" / f"ducktracker-branch-{os.getpid()}-dead"
    alive = tmp_path / "temporary" / f"ducktracker-branch-{gone.pid}-alive"
    for folder in (dead, alive):
        folder.mkdir(parents=True)
        (folder / "lock").write_text("")
    duckdb_project.migration("V1__birds.sql", "CREATE TABLE birds (id INTEGER);")
    with (alive / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert duckdb_project.with_environment(TMPDIR=str(tmp_path / "temporary")).run("plan").code == 0
    assert (dead.exists(), alive.exists()) == (False, True)


def test_where_there_is_no_lake(project: Project, request: pytest.FixtureRequest) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INTEGER);\nINSERT INTO birds FROM range(100000);")
    before = files(project)
    planned = project.main("plan")
    assert (planned.code, planned.err) == (0, "")
    assert "+ table main.birds (id INTEGER)" in planned.out
    assert planned.out.endswith(
        "\n1 migration tried in a temporary lake, because none exists yet; nothing was applied\n"
    )
    assert files(project) == before
    if project.backend == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        database = project.source.partition("dbname=")[2].split()[0]
        assert postgres.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database) == "0\n"
