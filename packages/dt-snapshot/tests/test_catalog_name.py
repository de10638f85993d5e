import duckdb
import pytest

from dt_lake.lake import Lake
from dt_snapshot.catalog_name import without_catalog
from dt_snapshot.reader import read_schema

CATALOG = "{DUCKLAKE_CATALOG}"


def free(catalog: str, sql: str) -> str:
    with duckdb.connect() as connection:
        return without_catalog(connection, catalog, [sql])(sql)


@pytest.mark.parametrize(
    ("catalog", "sql", "expected"),
    [
        pytest.param("lake", "SELECT 1", "SELECT 1", id="nothing to do"),
        pytest.param("lake", f"FROM {CATALOG}.main.t", "FROM main.t", id="a table"),
        pytest.param("lake", f"FROM {CATALOG}.t", "FROM t", id="a table of main"),
        pytest.param("my lake", f"FROM {CATALOG}.main.t", "FROM main.t", id="a catalog whose name needs quotes"),
        pytest.param("lake", "FROM lake.main.t", "FROM main.t", id="as it was written"),
        pytest.param("lake", "FROM LAKE.main.t", "FROM main.t", id="upper case"),
        pytest.param("Lake", "FROM lake.main.t", "FROM main.t", id="lower case"),
        pytest.param("lake", 'FROM "lake".main.t', "FROM main.t", id="quoted"),
        pytest.param("my lake", 'FROM "my lake".main.t', "FROM main.t", id="quoted for its space"),
        pytest.param('a"b', 'FROM "a""b".main.t', "FROM main.t", id="quoted for its quote"),
        pytest.param("lake", "FROM lake . main.t", "FROM main.t", id="spaces"),
        pytest.param("lake", "SELECT lake FROM lakes.t", "SELECT lake FROM lakes.t", id="other names"),
        pytest.param("lake", "SELECT 'lake.x', a.lake.b", "SELECT 'lake.x', a.lake.b", id="string and inner part"),
        pytest.param("lake", "lake.main.m(i) + 1", "main.m(i) + 1", id="the expression of a macro"),
        pytest.param("lake", "'ü' || lake.main.m(i)", "'ü' || main.m(i)", id="an expression beyond ASCII"),
        pytest.param(
            "lake", "(SELECT max(lake.t.i) FROM t)", "(SELECT max(t.i) FROM t)", id="a query as an expression"
        ),
        pytest.param("lake", f"SELECT '{CATALOG}.x'", f"SELECT '{CATALOG}.x'", id="a string"),
        pytest.param("lake", f"FROM {CATALOG}.a JOIN {CATALOG}.b USING (i)", "FROM a JOIN b USING (i)", id="a join"),
        pytest.param("lake", f"FROM a , {CATALOG}.main.b", "FROM a , main.b", id="a second table"),
        pytest.param("l", f"FROM {CATALOG}.{CATALOG}.q", "FROM l.q", id="schema of the same name"),
        pytest.param(
            "l", f"SELECT al{CATALOG}.x FROM t AS all", "SELECT all.x FROM t AS all", id="the end of an alias"
        ),
        pytest.param(
            "lake", f"SELECT 'ü', {CATALOG}.main.f(é) FROM t", "SELECT 'ü', main.f(é) FROM t", id="beyond ASCII"
        ),
        pytest.param(
            "lake", f"SELECT {CATALOG}.main.t.i FROM {CATALOG}.main.t", "SELECT main.t.i FROM main.t", id="its column"
        ),
        pytest.param("lake", f"SELECT {CATALOG}.t.i FROM t", "SELECT t.i FROM t", id="a column of a table of main"),
        pytest.param(
            "lake",
            f"SELECT i FROM t WHERE EXISTS(SELECT 1 FROM {CATALOG}.s.u WHERE {CATALOG}.t.i = {CATALOG}.s.u.i)",
            "SELECT i FROM t WHERE EXISTS(SELECT 1 FROM s.u WHERE t.i = s.u.i)",
            id="in a subquery",
        ),
        pytest.param("lake", f"FROM x , {CATALOG}.f(1)", "FROM x , f(1)", id="a table macro"),
    ],
)
def test_the_catalog_goes(catalog: str, sql: str, expected: str) -> None:
    assert free(catalog, sql) == expected


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("SELECT {0}.i FROM t AS lake", id="an alias"),
        pytest.param("SELECT {0}.x FROM t", id="a struct"),
        pytest.param("SELECT a, {0}.x FROM t", id="a struct after a comma"),
        pytest.param("SELECT {0}.t.x FROM u AS lake", id="a struct behind an alias"),
        pytest.param("SELECT {0}.t.x FROM u AS lake WHERE EXISTS(FROM t)", id="the table is in another scope"),
        pytest.param("SELECT {0}.t.x FROM u AS t", id="another table of that name"),
        pytest.param("SELECT {0}.* FROM t AS lake", id="all columns of an alias"),
        pytest.param("WITH lake AS (SELECT 1 AS a) SELECT {0}.a FROM lake", id="a CTE"),
        pytest.param("SELECT (i IS DISTINCT FROM {0}.i) FROM t AS lake", id="a FROM that is none"),
        pytest.param("SELECT list_transform(l, (lambda lake: {0}.x)) FROM t", id="a parameter"),
        pytest.param("SELECT {0}.s.lower() FROM t", id="a method"),
        pytest.param("{0}.x + {0}.y", id="a parameter of a macro"),
        pytest.param("SELECT {0}.x FROM FROM t", id="no SQL"),
    ],
)
def test_other_things_of_that_name_stay(sql: str) -> None:
    assert free("lake", sql.format(CATALOG)) == sql.format("lake")


def test_what_duckdb_takes_for_the_catalog(lake: Lake) -> None:
    """A view that DuckLake stored reads the same without the catalog."""
    connection, catalog = lake.connection, lake.catalog
    connection.execute(f"USE {catalog}; CREATE TABLE t AS SELECT 1 AS i, {{'i': 2}} AS {catalog}")
    connection.execute("CREATE TABLE u AS SELECT 1 AS j")
    queries = [
        f"SELECT {catalog}.i FROM t",
        f"SELECT {catalog}.t.i FROM t",
        f"SELECT {catalog}.main.t.i, {catalog}.i FROM {catalog}.main.t , {catalog}.u WHERE {catalog}.t.i = u.j",
        f"SELECT {catalog}.i FROM main.t AS {catalog} INNER JOIN {catalog}.t USING (i)",
        f"SELECT '{catalog}.t.i' AS s FROM {catalog}.t",
    ]
    for number, query in enumerate(queries):
        connection.execute(f"CREATE VIEW v{number} AS {query}")
    rows = connection.execute(f"SELECT sql FROM {lake.metadata('ducklake_view')} ORDER BY view_id").fetchall()
    assert all(CATALOG in sql for (sql,) in rows)
    views = read_schema(lake).views
    for query, view in zip(queries, views, strict=True):
        assert connection.execute(view.sql).fetchall() == connection.execute(query).fetchall()
    assert views[0].sql == queries[0]
    assert [f"{catalog}." in view.sql for view in views] == [True, False, True, True, True]


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
        pytest.param("\"'" * SIZE, id="quotes in quotes"),
        pytest.param("e'\\" * SIZE, id="backslashes"),
        pytest.param(f"{CATALOG}." * (SIZE // 4), id="names"),
        pytest.param(f"{CATALOG}.x AND " * (SIZE // 4), id="conditions"),
        pytest.param("(" * SIZE, id="parentheses"),
    ],
)
def test_no_text_takes_long(sql: str) -> None:
    """Quadratic work on this takes hours, so that it would not end. What is too hard stays as it is."""
    before, after = f"SELECT {CATALOG}.x FROM {CATALOG}.main.t, ", " -- lake"
    assert free("lake", before + sql + after).endswith(after)
