import pytest

from dt_snapshot.catalog_name import without_catalog


@pytest.mark.parametrize(
    ("catalog", "sql", "free"),
    [
        pytest.param("lake", "SELECT 1", "SELECT 1", id="nothing to do"),
        pytest.param("lake", "FROM {DUCKLAKE_CATALOG}.main.t", "FROM main.t", id="placeholder"),
        pytest.param("lake", "FROM lake.main.t", "FROM main.t", id="plain"),
        pytest.param("lake", "FROM LAKE.main.t", "FROM main.t", id="upper case"),
        pytest.param("Lake", "FROM lake.main.t", "FROM main.t", id="lower case"),
        pytest.param("lake", 'FROM "lake".main.t', "FROM main.t", id="quoted"),
        pytest.param("my lake", 'FROM "my lake".main.t', "FROM main.t", id="quoted for its space"),
        pytest.param('a"b', 'FROM "a""b".main.t', "FROM main.t", id="quoted for its quote"),
        pytest.param("my lake", "FROM {DUCKLAKE_CATALOG}.main.t", "FROM main.t", id="placeholder for a quoted name"),
        pytest.param("lake", "FROM lake . main.t", "FROM main.t", id="spaces"),
        pytest.param("lake", "SELECT 'lake.x', a.lake.b", "SELECT 'lake.x', a.lake.b", id="string and inner part"),
        pytest.param("lake", "SELECT lake FROM lakes.t", "SELECT lake FROM lakes.t", id="other names"),
        pytest.param("lake", "FROM lake.a JOIN lake.b", "FROM a JOIN b", id="twice"),
        pytest.param("l", "FROM {DUCKLAKE_CATALOG}.{DUCKLAKE_CATALOG}.q", "FROM l.q", id="schema of the same name"),
        pytest.param("lake", "SELECT 'ü', lake.main.f(é)", "SELECT 'ü', main.f(é)", id="beyond ASCII"),
    ],
)
def test_without_catalog(catalog: str, sql: str, free: str) -> None:
    assert without_catalog(catalog)(sql) == free


SIZE = 200_000


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("/*" * SIZE, id="comments that are never closed"),
        pytest.param("/*" * SIZE + "*/" * SIZE, id="nested comments"),
        pytest.param("SELECT 1" + "/**/" * SIZE, id="empty comments"),
        pytest.param("SELECT 1 " + "+-" * SIZE + "1", id="operators"),
        pytest.param("SELECT '" + "/*" * SIZE + "'", id="comments in a string"),
        pytest.param("SELECT '" + "+" * SIZE + "'", id="operators in a string"),
        pytest.param("$" * (SIZE + 1), id="dollars"),
        pytest.param("'" * (SIZE + 1), id="quotes"),
        pytest.param("e'\\" * SIZE, id="backslashes"),
        pytest.param("lake." * SIZE, id="names"),
    ],
)
def test_no_text_takes_long(sql: str) -> None:
    """Quadratic work on this takes hours, so that it would not end. What is too hard stays as it is."""
    before, after = "FROM lake.main.t, ", " -- lake"
    assert without_catalog("lake")(before + sql + after).endswith(after)
