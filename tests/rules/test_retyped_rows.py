"""DL411: rows after a new type of a column. More sequences, and what is right: test_one_transaction.py."""

import pytest

from support.project import Project
from support.rules import without_rule, write

TABLE = "CREATE TABLE t AS SELECT range::INTEGER AS a FROM range(20);"
TYPE = "ALTER TABLE t ALTER a TYPE BIGINT;"
ROWS = [
    pytest.param("UPDATE t SET a = a + 100 WHERE a > 7;", id="UPDATE"),
    pytest.param("INSERT INTO t VALUES (77);", id="a small INSERT"),
    pytest.param("INSERT INTO t SELECT range + 70 FROM range(20);", id="a large INSERT"),
]
NEXT = "INSERT INTO t VALUES (900);"


@pytest.mark.parametrize("rows", ROWS)
def test_it_is_refused(project: Project, rows: str) -> None:
    write(project, TABLE, f"{TYPE}\n{rows}")
    ran = project.main("migrate")
    assert (ran.code, "V2__x.sql:2: rows after a new type of a column (a)" in ran.err) == (4, True)
    assert project.sql("SELECT count(*) FROM t WHERE a = 5") == [(1,)]


@pytest.mark.parametrize("rows", ROWS)
def test_queries_find_too_little(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch, rows: str) -> None:
    """Without the rule, after the next INSERT."""
    write(duckdb_project, TABLE, f"{TYPE}\n{rows}", NEXT)
    without_rule(monkeypatch, "DL411")
    assert duckdb_project.main("migrate").code == 0
    assert duckdb_project.sql("SELECT count(*) FROM t WHERE a = 5") == [(0,)]
    assert (5,) in duckdb_project.sql("FROM t")


@pytest.mark.parametrize("rows", ROWS)
def test_in_two_migrations_they_find_it(duckdb_project: Project, rows: str) -> None:
    write(duckdb_project, TABLE, TYPE, rows, NEXT)
    assert duckdb_project.main("migrate").code == 0
    assert duckdb_project.sql("SELECT count(*) FROM t WHERE a = 5") == [(1,)]
