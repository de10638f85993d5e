"""Tables of a schema of the catalog's name get the catalog before them, and nothing else does."""

import pytest

from dt_diff.sql.qualified import qualified


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        pytest.param("SELECT * FROM lake.t", "SELECT * FROM lake.lake.t", id="a table"),
        pytest.param('SELECT * FROM "Lake".t', 'SELECT * FROM "Lake"."Lake".t', id="in other letters, quoted"),
        pytest.param("FROM a INNER JOIN lake.t USING (i)", "FROM a INNER JOIN lake.lake.t USING (i)", id="joined"),
        pytest.param("FROM a , lake.t , lake.u", "FROM a , lake.lake.t , lake.lake.u", id="listed"),
        pytest.param("FROM (lake.t POSITIONAL JOIN a)", "FROM (lake.lake.t POSITIONAL JOIN a)", id="in parentheses"),
        pytest.param("FROM lake.f(1, lake.i)", "FROM lake.lake.f(1, lake.i)", id="a table function"),
        pytest.param(
            "FROM q , (SELECT i FROM lake.u) , lake.t",
            "FROM q , (SELECT i FROM lake.lake.u) , lake.lake.t",
            id="after a subquery",
        ),
        pytest.param("SELECT a, lake.i FROM t AS lake", "SELECT a, lake.i FROM t AS lake", id="an alias"),
        pytest.param("SELECT 1 FROM t ORDER BY a, lake.i", "SELECT 1 FROM t ORDER BY a, lake.i", id="a column, listed"),
        pytest.param("SELECT lake.t.i FROM t", "SELECT lake.t.i FROM t", id="a column of a table"),
        pytest.param("SELECT (a IS DISTINCT FROM lake.i)", "SELECT (a IS DISTINCT FROM lake.i)", id="DISTINCT FROM"),
        pytest.param("FROM lake.lake.t", "FROM lake.lake.t", id="with the catalog already"),
        pytest.param("FROM lake", "FROM lake", id="a table of this name"),
        pytest.param("FROM lakes.t", "FROM lakes.t", id="another schema"),
        pytest.param("SELECT 'FROM lake.t'", "SELECT 'FROM lake.t'", id="a string"),
    ],
)
def test_qualified(sql: str, expected: str) -> None:
    assert qualified(sql, "lake") == expected
