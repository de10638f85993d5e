"""DL408: rows without a value of a column, and then rows with one. More sequences: test_one_transaction.py."""

import pytest

from support.project import Project
from support.rules import without_rule, write

TABLE = "CREATE TABLE t (a INTEGER, b INTEGER);"
WITHOUT = "INSERT INTO t (a) SELECT range FROM range(20);"
ROWS = [
    pytest.param("INSERT INTO t SELECT range, 5 FROM range(20);", id="INSERT"),
    pytest.param("UPDATE t SET b = 5 WHERE a > 4;", id="UPDATE"),
    pytest.param("INSERT INTO t VALUES (1, 5);", id="a small INSERT"),
]
NEXT = "INSERT INTO t VALUES (900, 900);"


@pytest.mark.parametrize("rows", ROWS)
def test_queries_find_too_little(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch, rows: str) -> None:
    """Without the rule, after the next INSERT."""
    write(duckdb_project, f"{TABLE}\n{WITHOUT}\n{rows}", NEXT)
    without_rule(monkeypatch, "DL408")
    assert duckdb_project.main("migrate").code == 0
    assert duckdb_project.sql("SELECT count(*) FROM t WHERE b = 5") == [(0,)]
    assert 5 in {b for _, b in duckdb_project.sql("FROM t")}


@pytest.mark.parametrize("rows", ROWS)
def test_the_rows_are_written_again(project: Project, rows: str) -> None:
    write(project, f"{TABLE}\n{WITHOUT}\n{rows}", NEXT)
    ran = project.main("migrate")
    assert (ran.code, ran.err) == (0, "")
    assert project.sql("SELECT count(*) FROM t WHERE b = 5") == [(sum(b == 5 for _, b in project.sql("FROM t")),)]


def test_small_rows_that_change_again_are_right(project: Project) -> None:
    """They go into a file (DL409), which has no value of b."""
    write(project, f"{TABLE}\nINSERT INTO t (a) VALUES (1), (2), (3);\nUPDATE t SET b = 5 WHERE a > 1;", NEXT)
    assert project.main("migrate").code == 0
    assert project.sql("SELECT count(*) FROM t WHERE b = 5") == [(2,)]
