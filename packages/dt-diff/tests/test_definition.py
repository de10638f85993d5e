import pytest

from dt_contract.schema import Column, Macro, Overload, Parameter, Table
from dt_diff.definition import column_definition, macro_definition, table_definition

NAME = Column(name="first name", type="VARCHAR", nullable=False, default="'x'", comment="not shown")


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        pytest.param(Column(name="id", type="INTEGER"), "INTEGER", id="type"),
        pytest.param(NAME, "VARCHAR NOT NULL DEFAULT 'x'", id="type, nullability and default"),
    ],
)
def test_column_definition(column: Column, expected: str) -> None:
    assert column_definition(column) == expected


def test_table_definition() -> None:
    table = Table(schema="main", name="t", columns=(Column(name="id", type="INTEGER"), NAME))
    assert table_definition(table) == "(id INTEGER, \"first name\" VARCHAR NOT NULL DEFAULT 'x')"


def test_macro_definition_has_a_line_for_each_overload() -> None:
    nothing = Overload(sql="SELECT 1")
    two = Overload(parameters=(Parameter(name="a", type="DATE"), Parameter(name="b c", default="2")), sql="SELECT a")
    macro = Macro(schema="main", name="f", kind="table", overloads=(nothing, two))
    assert macro_definition(macro) == '() AS TABLE SELECT 1,\n(a DATE, "b c" := 2) AS TABLE SELECT a'
