import pytest

from dt_lake.sqltypes import literal_default, nested_type, sql_type


@pytest.mark.parametrize(
    ("stored", "sql"),
    [
        pytest.param("int32", "INTEGER", id="integer"),
        pytest.param("uint128", "UHUGEINT", id="large"),
        pytest.param("decimal(10,2)", "DECIMAL(10,2)", id="decimal"),
        pytest.param("timestamptz", "TIMESTAMP WITH TIME ZONE", id="with time zone"),
        pytest.param("json", "JSON", id="the same in upper case"),
    ],
)
def test_sql_type(stored: str, sql: str) -> None:
    assert sql_type(stored) == sql


@pytest.mark.parametrize(
    ("stored", "children", "sql"),
    [
        pytest.param("list", [("element", "INTEGER")], "INTEGER[]", id="list"),
        pytest.param("map", [("key", "VARCHAR"), ("value", "DATE[]")], "MAP(VARCHAR, DATE[])", id="map"),
        pytest.param("struct", [("a", "INTEGER"), ("B", "DATE")], "STRUCT(a INTEGER, B DATE)", id="struct"),
        pytest.param("struct", [("a b", "DATE"), ('c"d', "DATE")], 'STRUCT("a b" DATE, "c""d" DATE)', id="odd names"),
        pytest.param("struct", [("Select", "DATE"), ("é", "DATE")], 'STRUCT("Select" DATE, "é" DATE)', id="quoted"),
    ],
)
def test_nested_type(stored: str, children: list[tuple[str, str]], sql: str) -> None:
    assert nested_type(stored, children, {"select"}) == sql


@pytest.mark.parametrize(
    ("value", "sql", "default"),
    [
        pytest.param("3", "INTEGER", "3", id="integer"),
        pytest.param("-1.50", "DECIMAL(10,2)", "-1.50", id="decimal"),
        pytest.param("1e+300", "DOUBLE", "1e+300", id="exponent"),
        pytest.param("nan", "DOUBLE", "'nan'", id="not a number"),
        pytest.param("5", "VARCHAR", "'5'", id="text that is a number"),
        pytest.param("5", "INTERVAL", "'5'", id="type that only looks like a number's"),
        pytest.param("it's", "VARCHAR", "'it''s'", id="quote"),
        pytest.param("2020-01-01", "DATE", "'2020-01-01'", id="date"),
    ],
)
def test_literal_default(value: str, sql: str, default: str) -> None:
    assert literal_default(value, sql) == default
