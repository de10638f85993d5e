"""Which changes of a type change values: as DuckDB converts the values at the edges of each type."""

import pytest

from dt_contract.diff import Change
from dt_contract.schema import Column, SchemaDocument, Table
from dt_diff.compare import compare
from dt_diff.value_change import value_change


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("BIGINT", "DOUBLE", "DL201"),
        ("UBIGINT", "DOUBLE", "DL201"),
        ("HUGEINT", "DOUBLE", "DL201"),
        ("BIGINT", "FLOAT", "DL201"),
        ("INTEGER", "FLOAT", "DL201"),
        ("UINTEGER", "FLOAT", "DL201"),
        ("INTEGER", "DOUBLE", None),
        ("UINTEGER", "DOUBLE", None),
        ("SMALLINT", "FLOAT", None),
        ("INTEGER", "BIGINT", None),
        ("UBIGINT", "HUGEINT", None),
        ("BIGINT", "INTEGER", None),
        ("FLOAT", "DOUBLE", "DL203"),
        ("DOUBLE", "FLOAT", "DL201"),
        ("DOUBLE", "BIGINT", "DL201"),
        ("DOUBLE", "DECIMAL(18,3)", "DL201"),
        ("DECIMAL(10,2)", "DOUBLE", "DL201"),
        ("DECIMAL(15,0)", "DOUBLE", None),
        ("DECIMAL(18,0)", "DOUBLE", "DL201"),
        ("DECIMAL(10,2)", "DECIMAL(10,1)", "DL203"),
        ("DECIMAL(10,2)", "DECIMAL(12,2)", None),
        ("DECIMAL(10,2)", "DECIMAL(12,4)", None),
        ("DECIMAL(10,2)", "BIGINT", "DL203"),
        ("DECIMAL(10,0)", "BIGINT", None),
        ("DECIMAL(10,2)", "VARCHAR", None),
        ("INTEGER", "DECIMAL(18,3)", None),
        ("INTEGER", "VARCHAR", None),
        ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "DL202"),
        ("TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "DL202"),
        ("DATE", "TIMESTAMP WITH TIME ZONE", "DL202"),
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP", "DL202"),
        ("TIMESTAMP WITH TIME ZONE", "VARCHAR", None),
        ("TIMESTAMP_NS", "TIMESTAMP", "DL203"),
        ("TIMESTAMP", "DATE", "DL203"),
        ("DATE", "TIMESTAMP", None),
        ("TIMESTAMP_S", "TIMESTAMP_NS", None),
        ("BLOB", "VARCHAR", None),
    ],
)
def test_value_change(before: str, after: str, code: str | None) -> None:
    assert value_change(before, after) == code


def changes(before: Column, after: Column) -> list[tuple[str, tuple[str, ...]]]:
    sides = [SchemaDocument(tables=(Table(schema="main", name="t", columns=(column,)),)) for column in (before, after)]
    found: tuple[Change, ...] = compare(*sides, expected_name="a", actual_name="b").changes
    return [(change.name, change.hazards) for change in found]


def test_a_change_of_values_is_a_hazard() -> None:
    before, after = Column(name="a", type="BIGINT"), Column(name="a", type="DOUBLE")
    assert changes(before, after) == [("main.t.a", ("VALUE_CHANGE",))]


def test_another_type_of_the_same_values_is_none() -> None:
    before, after = Column(name="a", type="INTEGER"), Column(name="a", type="BIGINT")
    assert changes(before, after) == [("main.t.a", ())]


def test_in_a_nested_type() -> None:
    def column(kind: str) -> Column:
        fields = (Column(name="x", type=kind), Column(name="y", type="VARCHAR"))
        struct = Column(name="element", type=f"STRUCT(x {kind}, y VARCHAR)", fields=fields)
        return Column(name="a", type=f"{struct.type}[]", fields=(struct,))

    assert changes(column("TIMESTAMP"), column("TIMESTAMP WITH TIME ZONE")) == [
        ("main.t.a.element.x", ("VALUE_CHANGE",))
    ]
