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
