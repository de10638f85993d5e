"""DL414: migrations keep off ducktracker's own history table, which says whether they were applied."""

import pytest

from support.project import Project
from support.rules import without_rule, write

TABLE = "ducktracker_schema_history"


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param(f"ALTER TABLE {TABLE} RENAME TO h2", id="rename"),
        pytest.param(f"ALTER TABLE lake.main.{TABLE} ADD COLUMN z INTEGER", id="add a column"),
        pytest.param(f'DELETE FROM "{TABLE.upper()}"', id="delete, in capitals and quotes"),
        pytest.param(f"TRUNCATE {TABLE}", id="truncate"),
        pytest.param(f"UPDATE main.{TABLE} SET checksum = 'x'", id="update"),
        pytest.param(f"INSERT INTO {TABLE} SELECT * FROM {TABLE}", id="insert"),
        pytest.param(f"WITH old AS (SELECT 1) DELETE FROM {TABLE}", id="delete behind WITH"),
        pytest.param(f"DROP TABLE IF EXISTS {TABLE}", id="drop"),
        pytest.param(f"CREATE OR REPLACE TABLE {TABLE} (i INTEGER)", id="replace"),
        pytest.param(
            f"CREATE OR REPLACE TABLE {TABLE} AS PIVOT (SELECT 1 AS k) ON k USING count(*)", id="replace by PIVOT"
        ),
        pytest.param(f"EXPLAIN ANALYZE DELETE FROM {TABLE}", id="delete under EXPLAIN ANALYZE"),
        pytest.param(f"PREPARE q AS DELETE FROM {TABLE}", id="delete that is prepared"),
        pytest.param(f"COMMENT ON TABLE {TABLE} IS 'mine'", id="comment"),
    ],
)
def test_a_change_of_it_is_refused_before_anything_runs(duckdb_project: Project, sql: str) -> None:
    duckdb_project.migration("V1__x.sql", f"CREATE TABLE t (i INTEGER);\n{sql};")
    refused = duckdb_project.main("migrate")
    assert (refused.code, refused.err.splitlines()[0]) == (
        2,
        f"ducktracker: V1__x.sql:2: a migration must not change {TABLE}, ducktracker's own table (DL414)",
    )
    assert not (duckdb_project.folder / "lake.db").exists()


def test_its_schema_is_not_dropped(duckdb_project: Project) -> None:
    duckdb_project.migration("V1__x.sql", "DROP SCHEMA main CASCADE;")
    assert duckdb_project.main("plan").err.startswith("ducktracker: V1__x.sql:1: the schema main holds")


def test_it_may_be_read(duckdb_project: Project) -> None:
    duckdb_project.migration("V1__x.sql", f"CREATE VIEW versions AS SELECT version FROM {TABLE};")
    assert duckdb_project.main("migrate").code == 0


def test_a_migration_would_be_applied_again(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the rule: V1 is in the lake, and in the history no longer."""
    write(duckdb_project, "CREATE TABLE t (i INTEGER);", f"DELETE FROM {TABLE} WHERE version = 1;")
    without_rule(monkeypatch, "DL414")
    assert duckdb_project.main("migrate", "--transaction", "each").code == 0
    found = duckdb_project.main("info", "--json").json["migrations"]
    assert [item["state"] for item in found] == ["out-of-order", "applied"]
