"""What a rehearsal can't know, and what it must know although everything is in one transaction."""

import pytest

from support.project import Project

ENDED = "the rehearsal ended here"
ATTACHED = "ATTACH 'other.db' AS o (READ_ONLY);\nINSERT INTO birds SELECT id FROM o.src;"


@pytest.fixture
def pond(duckdb_project: Project) -> Project:
    """A project whose lake has a table without rows, and one with a row."""
    duckdb_project.migration("V1__birds.sql", "CREATE TABLE birds (id INTEGER);\nCREATE TABLE owls AS SELECT 1 AS id;")
    assert duckdb_project.main("migrate").code == 0
    return duckdb_project


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        pytest.param([ATTACHED], f"it may need what was not rehearsed; {ENDED} (", id="what was not attached"),
        pytest.param(
            ["COPY birds TO 'birds.csv';", "CREATE TABLE b AS FROM 'birds.csv';"],
            f"it may need what was not rehearsed; {ENDED} (",
            id="a file that was not written",
        ),
        pytest.param(
            ["ALTER TABLE owls ADD COLUMN a DATE;", "ALTER TABLE owls ALTER id SET NOT NULL;"],
            "DuckLake can do it only when the earlier statements are committed",
            id="not null in a table of an earlier file",
        ),
        pytest.param(
            ["CREATE TABLE n (i INTEGER);", "CALL set_option('parquet_compression', 'zstd', table_name => 'n');"],
            "DuckLake can do it only when the earlier statements are committed",
            id="an option of a table of an earlier file",
        ),
    ],
)
def test_what_may_work_is_no_failure(pond: Project, files: list[str], reason: str) -> None:
    for number, sql in enumerate(files, start=2):
        pond.migration(f"V{number}__x.sql", sql)
    planned = pond.main("plan", "--json")
    assert (planned.code, planned.json["failure"]) == (0, None)
    assert planned.json["migrations"][-1]["statements"][-1]["not_rehearsed"].startswith(reason)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(["CREATE TYPE mood AS ENUM ('good');"], id="a type"),
        pytest.param(["CREATE SEQUENCE numbers;"], id="a sequence"),
        pytest.param(["CREATE INDEX i ON birds (id);"], id="an index"),
        pytest.param(["ALTER TABLE birds ALTER id SET NOT NULL;"], id="not null in a table without rows"),
        pytest.param(
            ["CREATE TABLE n (i INTEGER);", "ALTER TABLE n ALTER i SET NOT NULL;"],
            id="not null in a new one without rows",
        ),
        pytest.param(["CREATE TABLE n (i INTEGER);\nALTER TABLE n ALTER i SET NOT NULL;"], id="not null in one file"),
    ],
)
def test_plan_fails_where_migrate_does(pond: Project, files: list[str]) -> None:
    for number, sql in enumerate(files, start=2):
        pond.migration(f"V{number}__x.sql", sql)
    planned, ran = pond.main("plan"), pond.main("migrate")
    assert (planned.code, ran.code) == (4, 4), planned.out
    assert planned.err.splitlines()[0].split(":")[1:3] == ran.err.splitlines()[0].split(":")[1:3]
