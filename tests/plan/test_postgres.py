"""What only PostgreSQL refuses, plan tells as migrate does, at the statement."""

import pytest

from support.project import Project

SYSTEM = 'PostgreSQL can\'t store this: column name "{}" conflicts with a system column name'
MANY = "PostgreSQL can't store this: tables can have at most 1600 columns"


def columns(number: int) -> str:
    return ", ".join(f"c{place} INTEGER" for place in range(number))


@pytest.mark.parametrize(
    ("sql", "failure"),
    [
        pytest.param("CREATE TABLE t (i INTEGER, XMIN INTEGER);", f"V1__x.sql:1: {SYSTEM.format('xmin')}", id="create"),
        pytest.param("SELECT 1;\nALTER TABLE made ADD ctid DATE;", f"V1__x.sql:2: {SYSTEM.format('ctid')}", id="add"),
        pytest.param(
            "ALTER TABLE made RENAME i TO tableoid;", f"V1__x.sql:1: {SYSTEM.format('tableoid')}", id="rename"
        ),
        pytest.param("CREATE TABLE t AS SELECT 1 AS cmax;", f"V1__x.sql:1: {SYSTEM.format('cmax')}", id="a query"),
        pytest.param(f"CREATE TABLE t ({columns(1598)});", f"V1__x.sql:1: {MANY}", id="very many columns"),
        pytest.param(f"CREATE TABLE t ({columns(1597)});", None, id="as many as can be"),
        pytest.param("CREATE TABLE t (s STRUCT(xmin INTEGER));", None, id="a field"),
        pytest.param("CREATE VIEW v AS SELECT i AS xmin FROM made;", None, id="a view"),
        pytest.param("CREATE TABLE t (xmin INTEGER); ALTER TABLE t RENAME xmin TO x;", None, id="not at the end"),
    ],
)
def test_columns_that_only_postgres_refuses(postgres_project: Project, sql: str, failure: str | None) -> None:
    postgres_project.sql("CREATE TABLE made (i INTEGER)")
    postgres_project.migration("V1__x.sql", sql)
    for command in ("plan", "migrate"):
        ran = postgres_project.main(command)
        assert (ran.code, ran.err.partition("\n")[0]) == ((4, f"ducktracker: {failure}") if failure else (0, ""))


def test_where_no_small_rows_are_kept(postgres_project: Project) -> None:
    postgres_project.sql("CREATE TABLE made (i INTEGER); CALL lake.set_option('data_inlining_row_limit', 0)")
    postgres_project.migration("V1__x.sql", "CREATE TABLE t (xmin INTEGER);")
    assert [postgres_project.main(command).code for command in ("plan", "migrate")] == [0, 0]
