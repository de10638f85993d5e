"""dump: the SQL of a lake, replayed, gives that lake with no difference."""

import re
from pathlib import Path

import pytest

from support.matrix import drifted
from support.postgres import Postgres
from support.project import Project, project_at

SQL = """
CREATE TABLE users (id INTEGER NOT NULL, name VARCHAR DEFAULT 'x', a STRUCT(b INTEGER, c VARCHAR[]));
COMMENT ON TABLE users IS 'people';
CREATE VIEW names AS SELECT name FROM users;
"""
NO_OPTIONS = "-- options are left out: they are not known (DuckLake keeps no past of them)\n"


def replayed(project: Project) -> list[str]:
    """Make migrations of a dump, and return what differs between the lake that they make and the dumped one."""
    ran = project.main("dump")
    assert (ran.code, ran.err) == (0, "")
    other = project_at(project.folder.parent / "other")
    parts = filter(str.strip, re.split(r"^-- part .*\n", ran.out, flags=re.MULTILINE))
    for number, text in enumerate(parts, start=1):
        other.migration(f"V{number}__part.sql", text)
    done = other.main("migrate")
    assert done.code == 0, done
    assert other.main("dump").out == ran.out
    (other.folder / "wanted.json").write_text(project.call("dt-snapshot").out)
    found = other.call("dt-diff", "wanted.json", stdin=other.call("dt-snapshot").out)
    return [f"{change['change']} {change['object']} {change['name']}" for change in found.json["changes"]]


def test_the_matrix_replayed(project: Project) -> None:
    drifted(project)
    assert replayed(project) == []


OPTIONS = {
    "parquet_version": "2",
    "parquet_compression": "'ZSTD'",
    "parquet_compression_level": "3",
    "parquet_row_group_size": "1000",
    "parquet_row_group_size_bytes": "'3MiB'",
    "target_file_size": "'1.5GB'",
    "data_inlining_row_limit": "5",
    "hive_file_pattern": "true",
    "require_commit_message": "true",
    "rewrite_delete_threshold": "0.5",
    "delete_older_than": "'1 day'",
    "auto_compact": "false",
    "per_thread_output": "true",
}
_OF_THE_LAKE = ("require_commit_message", "delete_older_than")


def test_every_option(project: Project) -> None:
    calls = ["CREATE SCHEMA k", "CREATE TABLE k.t (i INTEGER)"]
    for option, value in OPTIONS.items():
        scopes = ("",) if option in _OF_THE_LAKE else ("", ", schema => 'k'", ", schema => 'k', table_name => 't'")
        calls += [f"CALL lake.set_option('{option}', {value}{scope})" for scope in reversed(scopes)]
    for call in calls:
        project.sql(call)
    assert replayed(project) == []
    assert project.main("dump").out.count("CALL set_option") == len(calls) - 2


def test_points(duckdb_project: Project) -> None:
    duckdb_project.migration("V1__users.sql", SQL)
    assert duckdb_project.main("migrate").code == 0
    whole = duckdb_project.main("dump").out
    assert 'CREATE VIEW names AS SELECT "name" FROM users;' in whole
    duckdb_project.sql("DROP TABLE users")
    document = duckdb_project.call("dt-snapshot", "--at", "1")
    (duckdb_project.folder / "v1.json").write_text(document.out)
    for at in ("V1", "1", "files"):
        assert duckdb_project.main("dump", "--at", at).out == whole, at
    assert duckdb_project.main("dump", "--at", "v1.json").out == f"{whole}\n{NO_OPTIONS}"
    assert duckdb_project.main("dump", "--at", "-", stdin=document.out).out == f"{whole}\n{NO_OPTIONS}"
    assert "CREATE TABLE" not in duckdb_project.main("dump").out
    assert duckdb_project.main("dump", "--at", "0").out == NO_OPTIONS


def test_a_document_that_knows_its_options(duckdb_project: Project) -> None:
    duckdb_project.sql("CALL lake.set_option('parquet_compression', 'zstd')")
    document = duckdb_project.call("dt-snapshot").out
    dumped = duckdb_project.main("dump", "--at", "-", stdin=document).out
    assert dumped == "CALL set_option('parquet_compression', 'zstd');\n"


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("COMMENT ON TABLE t IS {}", id="a comment"),
        pytest.param("CREATE VIEW v AS SELECT {} AS s, 'x\\y' AS u, i FROM t WHERE s <> 'it''s'", id="a view"),
        pytest.param("CREATE MACRO m(a) AS a || {}", id="a macro"),
        pytest.param("CREATE MACRO m(a := {}) AS TABLE SELECT a, {} AS b", id="a table macro"),
        pytest.param("ALTER TABLE t ADD COLUMN s VARCHAR DEFAULT {}", id="a default"),
        pytest.param("CREATE TABLE u (s VARCHAR DEFAULT concat({}, 'b'))", id="a default that is an expression"),
    ],
)
def test_line_ends_in_a_string(duckdb_project: Project, statement: str) -> None:
    """A migration's text has LF line ends, whatever its file has."""
    duckdb_project.sql("CREATE TABLE t (i INTEGER)")
    duckdb_project.sql(statement.replace("{}", "E'a\\r\\nb''c\\\\d\\te'"))
    assert replayed(duckdb_project) == []
    assert "\r" not in duckdb_project.main("dump").out


def test_a_schema_of_the_catalogs_name(duckdb_project: Project) -> None:
    duckdb_project.sql("CREATE SCHEMA lake")
    duckdb_project.sql("CREATE TABLE lake.lake.t (i INTEGER)")
    duckdb_project.sql("COMMENT ON COLUMN lake.lake.t.i IS 'x'")
    duckdb_project.sql("CREATE MACRO lake.lake.twice(a) AS a * 2")
    duckdb_project.sql("CREATE VIEW v AS SELECT t.i FROM lake.lake.t, lake.lake.t u WHERE t.i > u.i")
    duckdb_project.sql("CREATE MACRO m() AS TABLE FROM lake.lake.t")
    assert replayed(duckdb_project) == []


def test_another_target_schema(duckdb_project: Project) -> None:
    configured = duckdb_project.with_environment(DUCKTRACKER_TARGET_SCHEMA="shop")
    configured.migration("V1__users.sql", "CREATE TABLE users (i INTEGER); CREATE TABLE main.t (i INTEGER);")
    assert configured.main("migrate").code == 0
    assert configured.main("dump").out == "CREATE TABLE main.t (i INTEGER);\nCREATE TABLE users (i INTEGER);\n"


@pytest.mark.parametrize("at", ["V9", "9", "nowhere.json"])
def test_a_point_that_is_not_there(duckdb_project: Project, at: str) -> None:
    duckdb_project.migration("V1__users.sql", SQL)
    assert duckdb_project.main("migrate").code == 0
    ran = duckdb_project.main("dump", "--at", at)
    assert (ran.code, ran.out) == (2, "")
    assert at.removeprefix("V") in ran.err


def test_nothing_is_written(tmp_path: Path, postgres: Postgres) -> None:
    project = project_at(tmp_path / "project", postgres)
    project.migration("V1__users.sql", SQL)
    assert project.main("migrate").code == 0
    query = "SELECT max(snapshot_id) FROM ducklake_snapshots('lake')"
    before = project.sql(query)
    assert project.main("dump").code == 0
    assert project.sql(query) == before
