"""A migration that is undone after what it made was lost and came back: it has other ids since."""

import pytest

from support.project import Project

MADE = "CREATE TABLE t (i INTEGER, s STRUCT(a INTEGER, n STRUCT(b INTEGER)), l STRUCT(c INTEGER)[]);\n"


@pytest.mark.parametrize("lost", ["s", "l"])
def test_a_nested_column_that_came_back_is_nothing_in_the_way(duckdb_project: Project, lost: str) -> None:
    project = duckdb_project
    project.migration("V1__t.sql", MADE + "INSERT INTO t VALUES (1, {'a': 2, 'n': {'b': 3}}, [{'c': 4}]);\n")
    assert project.main("migrate").code == 0
    project.sql(f"ALTER TABLE lake.main.t DROP COLUMN {lost}")
    assert project.main("revert", "--yes").code == 0
    undone = project.main("undo", "--yes")
    assert undone.code == 0, undone.err
    assert project.main("drift").out == "no differences\n"
    assert "main.t" not in project.main("dump").out


WHOLES = """
CREATE TABLE t (i INTEGER);
CREATE SCHEMA w;
CREATE TABLE w.u (i INTEGER);
CREATE VIEW v AS SELECT i FROM t;
CREATE MACRO m(a) AS a + 1;
CREATE MACRO n(a) AS TABLE SELECT a AS i;
"""


@pytest.mark.parametrize(
    "drops", [("VIEW v",), ("MACRO m", "MACRO TABLE n"), ("TABLE w.u", "SCHEMA w")], ids=lambda drops: drops[0]
)
def test_what_came_back_under_its_name_is_nothing_in_the_way(duckdb_project: Project, drops: tuple[str, ...]) -> None:
    project = duckdb_project
    project.migration("V1__t.sql", WHOLES)
    assert project.main("migrate").code == 0
    for lost in drops:
        project.sql(f"DROP {lost}")
    assert project.main("revert", "--yes").code == 0
    undone = project.main("undo", "--yes")
    assert undone.code == 0, undone.err
    assert project.main("drift").out == "no differences\n"
    assert project.sql("SELECT view_name FROM duckdb_views() WHERE database_name = 'lake' AND NOT internal") == []
    assert project.sql("SELECT schema_name FROM duckdb_schemas() WHERE schema_name = 'w'") == []


def test_a_view_of_the_same_name_is_in_the_way(duckdb_project: Project) -> None:
    project = duckdb_project
    project.migration("V1__t.sql", WHOLES)
    assert project.main("migrate").code == 0
    project.sql("CREATE OR REPLACE VIEW v AS SELECT i + 1 AS i FROM t")
    undone = project.main("undo", "--yes")
    assert (undone.code, undone.out) == (1, "")
    assert "what it did was changed since: view main.v (modified)" in undone.err
