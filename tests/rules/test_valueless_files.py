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


PARTITIONED = "ALTER TABLE t SET PARTITIONED BY (a);"
IN_PARTITIONS = "INSERT INTO t SELECT r % 3, CASE WHEN r % 3 > 0 THEN r END FROM range(30) AS x(r);"
"""The first partition has no value of b."""


@pytest.mark.parametrize("partitions", [PARTITIONED, f"{IN_PARTITIONS}\n{PARTITIONED}"], ids=["before", "between"])
def test_of_partitions_the_first_has_values(project: Project, partitions: str) -> None:
    """Also of those of one INSERT, which plain DuckLake gets wrong: all but one are written again."""
    write(project, f"{TABLE}\n{partitions}\n{IN_PARTITIONS}", NEXT)
    ran = project.main("migrate")
    assert (ran.code, ran.err) == (0, "")
    rows = project.sql("FROM t")
    assert project.sql("SELECT count(*) FROM t WHERE b < 100") == [(sum((b or 900) < 100 for _, b in rows),)]
    assert len(rows) == (31 if partitions == PARTITIONED else 61)


def test_one_insert_into_partitions_in_plain_ducklake(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    write(duckdb_project, f"{TABLE}\n{PARTITIONED}\n{IN_PARTITIONS}", NEXT)
    without_rule(monkeypatch, "DL408")
    assert duckdb_project.main("migrate").code == 0
    assert duckdb_project.sql("SELECT count(*) FROM t WHERE b < 100") == [(0,)]


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        pytest.param(
            "CREATE TABLE t (a INTEGER, b INTEGER, c INTEGER);",
            "INSERT INTO t SELECT r, CASE WHEN r = 0 THEN r END, CASE WHEN r = 1 THEN r END FROM range(20) AS x(r);",
            id="no file has values of both",
        ),
        pytest.param(
            "CREATE TABLE t (a INTEGER, b INTEGER, filename VARCHAR);",
            "INSERT INTO t SELECT r % 3, CASE WHEN r % 3 > 0 THEN r END, 'x' FROM range(30) AS x(r);",
            id="a column that is called filename",
        ),
    ],
)
def test_what_cannot_be_put_in_order_is_refused(duckdb_project: Project, table: str, rows: str) -> None:
    write(duckdb_project, f"{table}\n{PARTITIONED}\n{rows}")
    ran = duckdb_project.main("migrate")
    assert (ran.code, ran.out) == (4, "0 migrations applied\n")
    assert "rows without a value of a column (" in ran.err
    assert "(DL408)" in ran.err
