"""DL402: a nested column that one transaction adds and then changes."""

from typing import Any

import duckdb
import pytest

from support.project import Project
from support.rules import without_rule, write

NESTED = "ALTER TABLE t ADD COLUMN s STRUCT(a INTEGER, b INTEGER);"
LIST = "ALTER TABLE t ADD COLUMN s INTEGER[];"
SORTED, PARTITIONED = "ALTER TABLE t SET SORTED BY (i);", "ALTER TABLE t SET PARTITIONED BY (i);"
AGAIN = "changes a nested column that the same transaction added"
FORGOTTEN = [
    pytest.param(f"{NESTED}\nALTER TABLE t DROP COLUMN s.a;", "a int32, b int32, s struct", id="drop a new field"),
    pytest.param(
        f"{NESTED}\nALTER TABLE t RENAME COLUMN s.a TO z;",
        "a int32, b int32, s struct, z int32",
        id="rename a new field",
    ),
    pytest.param(f"{NESTED}\nALTER TABLE t RENAME s TO z;", "z struct", id="rename a new struct"),
    pytest.param(
        f"{NESTED}\nALTER TABLE t ALTER s TYPE STRUCT(a BIGINT, b INTEGER);",
        "a int32, a int64, b int32, s struct",
        id="retype a new struct",
    ),
    pytest.param(f"{NESTED}\nALTER TABLE t ALTER COLUMN s SET DEFAULT NULL;", "s struct", id="default of a new struct"),
    pytest.param(f"{LIST}\nALTER TABLE t RENAME s TO z;", "z list", id="rename a new list"),
    pytest.param(
        f"{LIST}\nALTER TABLE t ALTER s TYPE BIGINT[];", "element int32, element int64, s list", id="retype a new list"
    ),
    pytest.param(
        f"{LIST.replace('INTEGER[]', 'MAP(DATE, DATE)')}\nALTER TABLE t RENAME s TO z;",
        "z map",
        id="rename a new map",
    ),
    pytest.param(
        f"{NESTED}\nALTER TABLE t DROP COLUMN s;\n{NESTED}\nALTER TABLE t DROP COLUMN s.b;",
        "a int32, b int32, s struct",
        id="added twice",
    ),
]
"""Statements, and the new columns and fields that the catalog has without the rule."""
TWO_TABLES = "CREATE TABLE t (i INTEGER, p STRUCT(a INTEGER, b INTEGER));"
TWO_TABLES += TWO_TABLES.replace(" t ", " u ")


def one_by_one(project: Project, sql: str) -> Any:
    """Make the two tables, run the statements on u in a transaction each, and return what that comes to."""
    write(project, TWO_TABLES)
    assert project.main("migrate").code == 0
    for statement in sql.split("\n"):
        project.sql(statement.replace("TABLE t ", "TABLE u "))
    return state(project, "u")


@pytest.mark.parametrize(("sql", "lost"), FORGOTTEN)
def test_what_one_transaction_would_forget(duckdb_project: Project, sql: str, lost: str) -> None:
    write(duckdb_project, TWO_TABLES, sql)
    ran = duckdb_project.main("migrate")
    assert (ran.code, ran.out) == (2, "")
    assert f"V2__x.sql:{len(sql.splitlines())}: {AGAIN}" in ran.err
    assert duckdb_project.main("plan").code == 2


@pytest.mark.parametrize(("sql", "lost"), FORGOTTEN)
def test_it_does_forget(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch, sql: str, lost: str) -> None:
    """Without the rule: fields are there that should not be, or a struct, list or map has lost all of its fields."""
    write(duckdb_project, TWO_TABLES, sql)
    without_rule(monkeypatch, "DL402")
    duckdb_project.main("migrate")
    assert in_catalog(duckdb_project) == lost


def in_catalog(project: Project, table: str = "t") -> str:
    """Return the columns and fields that a table has beside its first four, as DuckLake has stored them."""
    query = (
        "SELECT column_name, column_type FROM ducklake_column c JOIN ducklake_table t USING (table_id) "
        f"WHERE table_name = '{table}' AND column_id > 4 AND c.end_snapshot IS NULL AND t.end_snapshot IS NULL "
        "ORDER BY ALL"
    )
    with duckdb.connect(project.source, read_only=True) as catalog:
        return ", ".join(f"{name} {type_}" for name, type_ in catalog.execute(query).fetchall())


@pytest.mark.parametrize(("sql", "lost"), FORGOTTEN)
def test_several_migrations_do_not_forget(duckdb_project: Project, sql: str, lost: str) -> None:
    expected = one_by_one(duckdb_project, sql)
    assert in_catalog(duckdb_project, "u") != lost
    write(duckdb_project, TWO_TABLES, *sql.split("\n"))
    ran = duckdb_project.main("migrate", "--transaction", "all")
    assert (ran.code, AGAIN in ran.err) == (2, True)
    assert duckdb_project.main("migrate", "--transaction", "group").code == 0
    assert state(duckdb_project, "t") == expected


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param(f"{NESTED}\nALTER TABLE t DROP COLUMN s;", id="a new struct is dropped"),
        pytest.param(f"{NESTED}\nALTER TABLE t ADD COLUMN s.c INTEGER;", id="a new struct gets a field"),
        pytest.param(f"{NESTED}\nALTER TABLE t RENAME p TO q;\nALTER TABLE t DROP COLUMN q.a;", id="another column"),
        pytest.param("ALTER TABLE t ADD COLUMN p.c INTEGER;\nALTER TABLE t RENAME p.c TO d;", id="a new field"),
        pytest.param("ALTER TABLE t ADD COLUMN c INTEGER;\nALTER TABLE t RENAME c TO d;", id="a plain column"),
        pytest.param(f"{SORTED}\nALTER TABLE t RESET SORTED BY;\n{PARTITIONED}", id="other keys"),
    ],
)
def test_what_is_not_forgotten(duckdb_project: Project, sql: str) -> None:
    expected = one_by_one(duckdb_project, sql)
    write(duckdb_project, TWO_TABLES, sql)
    assert duckdb_project.main("migrate").code == 0
    assert state(duckdb_project, "t") == expected


def state(project: Project, table: str) -> Any:
    """Return the columns of a table, with their types, and its keys."""
    (found,) = (item for item in project.call("dt-snapshot").json["tables"] if item["name"] == table)
    return [(column["name"], column["type"]) for column in found["columns"]], found["partition_by"], found["sorted_by"]
