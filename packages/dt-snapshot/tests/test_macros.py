"""What a schema document holds of macros."""

import pytest

from dt_contract.schema import Macro, Overload, Parameter
from dt_lake.lake import Lake
from dt_snapshot.reader import read_schema


def make(lake: Lake, *statements: str) -> None:
    for statement in statements:
        lake.connection.execute(statement)


def macros(lake: Lake) -> list[Macro]:
    return list(read_schema(lake).macros)


def test_macros(lake: Lake) -> None:
    make(
        lake,
        "CREATE TABLE t (i INTEGER)",
        "CREATE MACRO m(a) AS a, (a INTEGER, b DATE := DATE '2020-01-01') AS (SELECT count(*) FROM lake.main.t)",
        "CREATE MACRO m(x := 'it''s') AS TABLE SELECT x",
    )
    scalar, table_macro = macros(lake)
    assert (scalar.name, scalar.kind, table_macro.name, table_macro.kind) == ("m", "scalar", "m", "table")
    assert scalar.overloads == (
        Overload(parameters=(Parameter(name="a"),), sql="a"),
        Overload(
            parameters=(
                Parameter(name="a", type="INTEGER"),
                Parameter(name="b", type="DATE", default="'2020-01-01'"),
            ),
            sql="(SELECT count_star() FROM main.t)",
        ),
    )
    assert table_macro.overloads == (Overload(parameters=(Parameter(name="x", default="'it''s'"),), sql="SELECT x"),)


@pytest.mark.parametrize(
    ("default", "stored"),
    [
        pytest.param("5", "5", id="number"),
        pytest.param("-1.5", "-1.5", id="decimal"),
        pytest.param("true", "'true'", id="boolean"),
        pytest.param("''", "''", id="empty text"),
        pytest.param("NULL::VARCHAR", "'NULL'", id="null, which DuckLake takes for the text"),
    ],
)
def test_default_of_a_parameter(default: str, stored: str, file_lake: Lake) -> None:
    make(file_lake, f"CREATE MACRO m(a := {default}) AS a")
    assert macros(file_lake)[0].overloads[0].parameters[0].default == stored
