"""DL409: a small INSERT, and then a change of its rows. More sequences: test_one_transaction.py."""

import pytest

from support.project import Project
from support.rules import without_rule, write

TABLE = "CREATE TABLE t (a INTEGER, b INTEGER);"
SMALL = "INSERT INTO t VALUES (1, 5), (2, 50), (3, 500);\nUPDATE t SET b = 10 WHERE a = 1;\nDELETE FROM t WHERE a = 3;"


@pytest.mark.parametrize("mode", ["each", "all"])
def test_small_rows_that_change_again(project: Project, mode: str) -> None:
    """They go into files, and the next small rows in the catalog (ducklake-facts.md#small-rows-that-change-again)."""
    write(project, f"{TABLE}\n{SMALL}", "INSERT INTO t VALUES (9, 20);")
    ran = project.main("migrate", "--transaction", mode)
    assert (ran.code, ran.err) == (0, "")
    assert project.sql("SELECT min(b), max(b), max(a) FROM t") == [(10, 50, 9)]
    places = project.sql("SELECT DISTINCT starts_with(filename, 'ducklake_inlined') FROM t ORDER BY ALL")
    assert places == [(False,), (True,)]


def test_small_rows_that_an_option_keeps_in_the_catalog(project: Project) -> None:
    write(project, TABLE)
    assert project.main("migrate").code == 0
    project.sql("CALL lake.set_option('data_inlining_row_limit', 100)")
    write(project, TABLE, SMALL)
    ran = project.main("migrate")
    assert (ran.code, "V2__x.sql:2: a small INSERT and then a change of its rows" in ran.err) == (4, True)


def test_the_old_minimum_and_maximum_stay(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the rule: 5 and 500 are those of values that are gone."""
    write(duckdb_project, TABLE, SMALL)
    without_rule(monkeypatch, "DL409")
    assert duckdb_project.main("migrate").code == 0
    assert duckdb_project.sql("SELECT b FROM t ORDER BY a") == [(10,), (50,)]
    assert duckdb_project.sql("SELECT min(b), max(b) FROM t") == [(5, 500)]
