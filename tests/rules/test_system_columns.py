"""DL511: columns that only PostgreSQL refuses; plan tells of them as migrate does, at the statement."""

import pytest

from support.project import Project
from support.rules import without_rule, write

SYSTEM = 'PostgreSQL can\'t store this: column name "{}" conflicts with a system column name (DL511)'
MANY = "PostgreSQL can't store this: tables can have at most 1600 columns (DL511)"


def columns(number: int) -> str:
    return ", ".join(f"c{place} INTEGER" for place in range(number))


def mentioned(column: str, line: int = 1) -> str:
    return f"V1__x.sql:{line}: {SYSTEM.format(column)}"


@pytest.mark.parametrize(
    ("sql", "code", "failure"),
    [
        pytest.param("CREATE TABLE t (i INTEGER, XMIN INTEGER);", 2, mentioned("xmin"), id="create"),
        pytest.param('CREATE TABLE lake.main.t (n DECIMAL(4, 2),\n"cTid" DATE);', 2, mentioned("ctid"), id="quoted"),
        pytest.param("SELECT 1;\nALTER TABLE made ADD ctid DATE;", 2, mentioned("ctid", 2), id="add"),
        pytest.param("ALTER TABLE made RENAME i TO tableoid;", 2, mentioned("tableoid"), id="rename"),
        pytest.param(f"CREATE TABLE t ({columns(1598)});", 2, f"V1__x.sql:1: {MANY}", id="very many columns"),
        pytest.param("CREATE TABLE t AS SELECT 1 AS cmax;", 4, mentioned("cmax"), id="a query"),
        pytest.param("CREATE TABLE IF NOT EXISTS t (cmin DATE);", 4, mentioned("cmin"), id="if it doesn't exist"),
        pytest.param(
            "ALTER TABLE made ADD xmax DATE;\nALTER TABLE made RENAME i TO j;", 4, mentioned("xmax"), id="then altered"
        ),
        pytest.param(f"CREATE TABLE t ({columns(1597)});", 0, None, id="as many as can be"),
        pytest.param("CREATE TABLE t (s STRUCT(xmin INTEGER));", 0, None, id="a field"),
        pytest.param("ALTER TABLE nested ADD COLUMN s.xmin DATE;", 0, None, id="a new field"),
        pytest.param("CREATE TABLE t (i INTEGER DEFAULT 1, s VARCHAR DEFAULT 'xmin');", 0, None, id="a default"),
        pytest.param("CREATE VIEW v AS SELECT i AS xmin FROM made;", 0, None, id="a view"),
        pytest.param("CREATE TEMP TABLE t (xmin INTEGER);", 0, None, id="a temporary table"),
        pytest.param(
            "CREATE TEMP TABLE t (i DATE); ALTER TABLE t ADD xmin DATE;", 0, None, id="then altered, temporary"
        ),
        pytest.param("CREATE TABLE IF NOT EXISTS made (xmin INTEGER);", 0, None, id="it exists already"),
        pytest.param("CREATE TABLE t (xmin INTEGER); ALTER TABLE t RENAME xmin TO x;", 0, None, id="not at the end"),
        pytest.param("CREATE SCHEMA s; CREATE TABLE s.t (xmin DATE); DROP SCHEMA s CASCADE;", 0, None, id="dropped"),
    ],
)
def test_columns_that_only_postgres_refuses(
    postgres_project: Project, sql: str, code: int, failure: str | None
) -> None:
    """With 2 nothing has run, as the file alone tells it; with 4 it is found before the COMMIT."""
    postgres_project.sql("CREATE TABLE made (i INTEGER); CREATE TABLE nested (s STRUCT(i INTEGER))")
    postgres_project.migration("V1__x.sql", sql)
    for command in ("plan", "migrate"):
        ran = postgres_project.main(command)
        assert (ran.code, ran.err.partition("\n")[0]) == (code, f"ducktracker: {failure}" if failure else "")


def test_nothing_has_run_before_a_column_that_postgres_refuses(postgres_project: Project) -> None:
    """The history has no record of it, and no lake is made for it."""
    postgres_project.migration("V1__a.sql", "CREATE TABLE a (i INTEGER);")
    postgres_project.migration("V2__b.sql", "CREATE TABLE b (xmin INTEGER);")
    ran = postgres_project.main("migrate", "--transaction", "each")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"ducktracker: V2__b.sql:1: {SYSTEM.format('xmin')}\n")
    assert postgres_project.main("info", "--json").json["counts"] == {"pending": 2}
    assert "There is no lake yet" in postgres_project.main("info").out


@pytest.mark.parametrize("sql", ["CREATE TABLE t (xmin INTEGER);", f"CREATE TABLE t ({columns(1598)});"])
def test_a_duckdb_file_takes_them(duckdb_project: Project, sql: str) -> None:
    duckdb_project.migration("V1__x.sql", sql)
    assert [duckdb_project.main(command).code for command in ("plan", "migrate")] == [0, 0]


def test_where_no_small_rows_are_kept(postgres_project: Project) -> None:
    postgres_project.sql("CREATE TABLE made (i INTEGER); CALL lake.set_option('data_inlining_row_limit', 0)")
    postgres_project.migration("V1__x.sql", "CREATE TABLE t (xmin INTEGER);")
    assert [postgres_project.main(command).code for command in ("plan", "migrate")] == [0, 0]


def test_the_commit_fails(postgres_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the rule, for a query's column: nobody can tell which statement was to blame."""
    write(postgres_project, "CREATE TABLE t AS SELECT 1 AS cmax;")
    without_rule(monkeypatch, "DL511")
    failed = postgres_project.main("migrate")
    assert (failed.code, 'column name "cmax" conflicts with a system column name' in failed.err) == (4, True)
    assert failed.err.startswith("ducktracker: V1__x.sql: ")
