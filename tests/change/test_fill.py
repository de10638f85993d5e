"""A fill of `revert` that can't be the value of a column is a fault of the argument, and shows no row's value."""

import pytest

from support.project import Project

SECRET = "r0w"


@pytest.fixture
def lake(duckdb_project: Project) -> Project:
    """A project whose table has lost an INTEGER, with a row that came since."""
    duckdb_project.migration("V1__t.sql", "CREATE TABLE t (a VARCHAR, b INTEGER); INSERT INTO t VALUES ('x', 1);\n")
    assert duckdb_project.main("migrate", "--quiet").code == 0
    duckdb_project.sql("ALTER TABLE t DROP COLUMN b")
    duckdb_project.sql(f"INSERT INTO t VALUES ('{SECRET}')")
    return duckdb_project


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("b", "main.t: Binder Error: Referenced column"),
        ("(SELECT max(i) FROM ducktracker_past_1_2)", "main.t: Catalog Error: Table with name ducktracker_past_1_2"),
        ("max(a)", "main.t: Binder Error: "),
        ("a", "main.t: a value can't be computed, or can't be cast to the column's type"),
        ("'q'", "main.t: a value can't be computed, or can't be cast to the column's type"),
        ("error(a)", "main.t: a value can't be computed, or can't be cast to the column's type"),
        ("9999999999", "main.t: a value can't be computed, or can't be cast to the column's type"),
    ],
)
def test_a_fill_that_does_not_fit(lake: Project, expression: str, message: str) -> None:
    ran = lake.main("revert", "--yes", "--fill", expression)
    assert (ran.code, ran.out) == (2, "")
    first, *_ = ran.err.splitlines()
    assert first.startswith(f"ducktracker: argument --fill: {message}")
    assert SECRET not in ran.err
    assert lake.main("drift").code == 1


def test_a_fill_with_a_comment(lake: Project) -> None:
    ran = lake.main("revert", "--yes", "--fill", "length(a) + 1 -- one more")
    assert (ran.code, ran.err) == (0, "")
    assert lake.sql("SELECT a, b FROM t ORDER BY a") == [(SECRET, 4), ("x", 1)]
