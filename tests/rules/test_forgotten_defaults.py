"""DL415: rows that are older than a column are read after its TYPE, and give NULL."""

from typing import Any

import pytest

from support.project import Project
from support.rules import without_rule, write

OLD = "CREATE TABLE t (a INTEGER);\nINSERT INTO t SELECT range FROM range(20);"
ADD, TYPE = "ALTER TABLE t ADD COLUMN b INTEGER DEFAULT 7;", "ALTER TABLE t ALTER b TYPE BIGINT;"
UPDATE = "UPDATE t SET a = 100 WHERE a = 3;"
READS = [
    pytest.param(UPDATE, "FROM t WHERE a = 100", (100, 7), id="UPDATE of another column"),
    pytest.param("UPDATE t SET b = b + 1;", "SELECT DISTINCT b FROM t", (8,), id="UPDATE"),
    pytest.param("DELETE FROM t WHERE b = 7;", "SELECT count(*) FROM t", (0,), id="DELETE"),
    pytest.param("CREATE TABLE u AS FROM t;", "SELECT DISTINCT b FROM u", (7,), id="CREATE TABLE AS"),
    pytest.param(
        "CREATE TABLE u (b BIGINT);\nINSERT INTO u SELECT b FROM t;", "SELECT DISTINCT b FROM u", (7,), id="INSERT"
    ),
    pytest.param(
        "CREATE VIEW v AS FROM t;\nCREATE TABLE u AS FROM v;", "SELECT DISTINCT b FROM u", (7,), id="through a view"
    ),
    pytest.param(
        "CREATE MACRO m() AS TABLE FROM t;\nCREATE TABLE u AS FROM m();",
        "SELECT DISTINCT b FROM u",
        (7,),
        id="through a macro",
    ),
    pytest.param(
        "MERGE INTO t USING (SELECT 3 AS r) AS s ON a = r WHEN MATCHED THEN UPDATE SET a = 100;",
        "FROM t WHERE a = 100",
        (100, 7),
        id="MERGE",
    ),
]
"""Statements behind a TYPE, and what a query gives if they run one by one."""
RIGHT = [
    pytest.param(TYPE, id="nothing"),
    pytest.param(f"{TYPE}\nINSERT INTO t VALUES (100, 8);", id="INSERT"),
    pytest.param(f"{TYPE}\nUPDATE t SET b = 9 WHERE a = 3;", id="UPDATE of the column"),
    pytest.param(f"{TYPE}\nUPDATE t SET a = 100 WHERE a = 99;", id="UPDATE of no row"),
    pytest.param(f"{TYPE}\nDELETE FROM t WHERE a = 3;", id="DELETE by another column"),
    pytest.param(f"{UPDATE}\n{TYPE}", id="UPDATE before it"),
    pytest.param(f"UPDATE t SET b = b;\n{TYPE}\n{UPDATE}", id="no row is older"),
]


def migrations(is_old: bool, sql: str) -> tuple[str, ...]:
    """Return the migrations: the column is added before, or in the same one."""
    return (OLD, ADD, sql) if is_old else (OLD, f"{ADD}\n{sql}")


def one_by_one(project: Project, statements: str, query: str) -> Any:
    """Run the statements in a transaction each, and return what a query gives then."""
    for text in f"{OLD}\n{ADD}\n{statements}".split("\n"):
        project.sql(text)
    return project.sql(query)


@pytest.mark.parametrize("is_old", [True, False], ids=["added before", "added in it"])
@pytest.mark.parametrize(("sql", "query", "right"), READS)
def test_it_is_refused(duckdb_project: Project, sql: str, query: str, right: Any, is_old: bool) -> None:
    write(duckdb_project, *migrations(is_old, f"{TYPE}\n{sql}"))
    ran = duckdb_project.main("migrate", "--transaction", "each")
    assert (ran.code, "(DL415)" in ran.err) == (4, True), ran
    assert duckdb_project.sql("SELECT count(*) FROM t WHERE a = 3") == [(1,)]
    write(duckdb_project, *(OLD, ADD) if is_old else (OLD, f"{ADD}\n{TYPE}"), TYPE, sql)
    assert duckdb_project.main("migrate", "--transaction", "each").code == 0
    assert duckdb_project.sql(query) == [right]


@pytest.mark.parametrize(("sql", "query", "right"), READS)
def test_what_is_lost(
    duckdb_project: Project, monkeypatch: pytest.MonkeyPatch, sql: str, query: str, right: Any
) -> None:
    """Without the rule."""
    write(duckdb_project, *migrations(True, f"{TYPE}\n{sql}"))
    without_rule(monkeypatch, "DL415")
    assert duckdb_project.main("migrate", "--transaction", "each").code == 0
    assert duckdb_project.sql(query) != [right]


def test_under_a_new_name(duckdb_project: Project) -> None:
    type_ = TYPE.replace(" b ", " c ")
    write(duckdb_project, OLD, ADD, f"ALTER TABLE t RENAME b TO c;\n{type_}\n{UPDATE}")
    ran = duckdb_project.main("migrate")
    assert (ran.code, "(DL415)" in ran.err) == (4, True), ran


@pytest.mark.parametrize("sql", RIGHT)
def test_what_reads_no_older_row_runs(project: Project, sql: str) -> None:
    write(project, OLD, ADD, sql)
    ran = project.main("migrate", "--transaction", "each")
    assert (ran.code, ran.err) == (0, "")
    found = project.sql("FROM t ORDER BY ALL")
    project.sql("DROP TABLE t")
    assert found == one_by_one(project, sql, "FROM t ORDER BY ALL")
