"""DL407: rows, a new column and more rows. More sequences, and what is right: test_one_transaction.py."""

import duckdb
import pytest

from support.project import Project
from support.rules import without_rule, write

MANY = "INSERT INTO t (a) SELECT range FROM range(1000);"
OTHERS = "INSERT INTO t SELECT range, 2 FROM range(1000);"
DEFAULT = "ALTER TABLE t ADD COLUMN b INTEGER DEFAULT 1;"
WRONG = "\n".join(("CREATE TABLE t (a INTEGER);", MANY, DEFAULT, OTHERS))


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param(WRONG, id="plain"),
        pytest.param(WRONG.replace(" t ", " main.t ", 1), id="schema at one place"),
        pytest.param(WRONG.replace(" t ", ' "lake"."main"."t" '), id="quoted and qualified"),
        pytest.param(WRONG.replace("CREATE TABLE t", "CREATE TABLE IF NOT EXISTS T"), id="if not exists"),
        pytest.param(WRONG.replace("CREATE TABLE", "CREATE OR REPLACE TABLE"), id="or replace"),
        pytest.param(
            f"CREATE TABLE t AS SELECT range AS a FROM range(1000);\n{DEFAULT}\n{OTHERS}",
            id="CTAS",
        ),
        pytest.param(
            WRONG.replace(OTHERS, "WITH x AS (SELECT range, 2 FROM range(1000)) INSERT INTO t FROM x;"), id="WITH"
        ),
        pytest.param(
            WRONG.replace(" t ", " u ", 2).replace(DEFAULT, "ALTER TABLE u RENAME TO t;\n" + DEFAULT), id="renamed"
        ),
        pytest.param(WRONG.replace(OTHERS, f"EXPLAIN ANALYZE {OTHERS}"), id="EXPLAIN ANALYZE"),
    ],
)
def test_wrong_statistics_are_refused(duckdb_project: Project, sql: str) -> None:
    write(duckdb_project, sql)
    ran = duckdb_project.main("migrate")
    assert ran.code == 4
    assert f"V1__x.sql:{len(sql.splitlines())}: rows, a new column (b) and more rows in one transaction" in ran.err
    with pytest.raises(duckdb.CatalogException):
        duckdb_project.sql("FROM t")


def test_queries_find_other_rows(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the rule: the first thousand rows have b = 1, and `WHERE` doesn't find them."""
    write(duckdb_project, WRONG)
    without_rule(monkeypatch, "DL407")
    assert duckdb_project.main("migrate").code == 0
    assert duckdb_project.sql("SELECT count(*) FROM t") == [(2000,)]
    assert duckdb_project.sql("SELECT count(*) FROM t WHERE b = 1") == [(0,)]


def test_wrong_statistics_of_several_files_are_refused(project: Project) -> None:
    """One transaction for all of them makes the sequence."""
    write(project, *("\n".join(part) for part in (WRONG.split("\n")[:2], WRONG.split("\n")[2:])))
    ran = project.main("migrate", "--transaction", "all")
    assert ran.code == 4
    assert "V2__x.sql:2: rows, a new column (b) and more rows in one transaction" in ran.err
    assert project.main("migrate").code == 0
    assert project.sql("SELECT count(*) FROM t WHERE b = 1") == [(1000,)]
