"""revert and undo where a schema is called like the catalog, so that DuckDB finds its name alone ambiguous."""

import pytest

from support.project import Project

V1 = """
CREATE SCHEMA lake.lake;
CREATE TABLE lake.lake.t (i INTEGER, s VARCHAR);
INSERT INTO lake.lake.t SELECT i, 's' || i FROM range(30) r(i);
CREATE VIEW v AS SELECT t.i FROM lake.lake.t;
CREATE VIEW lake.lake.w AS SELECT t.i FROM lake.lake.t JOIN v USING (i);
CREATE MACRO m() AS TABLE SELECT * FROM lake.lake.t;
"""
LOSSES = {
    "a column": "DROP VIEW v; DROP VIEW lake.lake.w; ALTER TABLE lake.lake.t DROP COLUMN s;",
    "a table": "DROP VIEW lake.lake.w; DROP VIEW v; DROP TABLE lake.lake.t;",
    "the schema": "DROP VIEW v; DROP MACRO TABLE m; DROP SCHEMA lake.lake CASCADE;",
}
ROWS = "FROM lake.lake.t ORDER BY i"


@pytest.fixture
def lake(duckdb_project: Project) -> Project:
    duckdb_project.migration("V1__t.sql", V1)
    assert duckdb_project.main("migrate", "--quiet").code == 0
    return duckdb_project


@pytest.mark.parametrize("sql", [LOSSES["a column"], LOSSES["a table"]], ids=["a column", "a table"])
def test_revert(lake: Project, sql: str) -> None:
    was = lake.sql(ROWS)
    lake.sql(sql)
    ran = lake.main("revert", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert lake.sql(ROWS) == was
    assert lake.main("drift").out == "no differences\n"


def test_undo(lake: Project) -> None:
    was = lake.sql(ROWS)
    lake.migration("V2__loss.sql", LOSSES["the schema"])
    assert lake.main("migrate", "--quiet").code == 0
    ran = lake.main("undo", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert lake.sql(ROWS) == was
    assert lake.main("drift").out == "no differences\n"


def test_undo_of_rows(lake: Project) -> None:
    was = lake.sql(ROWS)
    lake.migration("V2__rows.sql", "UPDATE lake.lake.t SET s = 'x' WHERE i < 9;")
    assert lake.main("migrate", "--quiet").code == 0
    ran = lake.main("undo", "--rows", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert lake.sql(ROWS) == was
