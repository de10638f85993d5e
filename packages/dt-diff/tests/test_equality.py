import pytest

from dt_contract.schema import Column, Table
from dt_diff.equality import equal, equal_but_for_ids


def table(number: int, *columns: Column, **properties: object) -> Table:
    return Table(id=number, uuid=f"u{number}", schema="main", name="t", columns=columns, **properties)  # type: ignore[arg-type]


def column(number: int, *fields: Column, **properties: object) -> Column:
    settings = {"name": "c", "type": "INTEGER"} | properties
    return Column(id=number, fields=fields, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(table(1), table(2), True, id="ids of the tables"),
        pytest.param(table(1, column(1)), table(1, column(2)), True, id="ids of the columns"),
        pytest.param(table(1, column(1, column(2))), table(1, column(3, column(4))), True, id="ids of the fields"),
        pytest.param(table(1), table(1, comment="x"), False, id="comment of the table"),
        pytest.param(table(1), table(1, options={"x": "1"}), False, id="options"),
        pytest.param(table(1), table(1, column(1)), False, id="a column more"),
        pytest.param(table(1, column(1)), table(1, column(1, nullable=False)), False, id="a property of a column"),
        pytest.param(table(1, column(1)), table(1, column(1, column(2))), False, id="a field more"),
        pytest.param(
            table(1, column(1, column(2))),
            table(1, column(1, column(2, default="1"))),
            False,
            id="a property of a field",
        ),
    ],
)
def test_equal_but_for_ids(before: Table, after: Table, expected: bool) -> None:
    assert equal_but_for_ids(before, after) is expected


def test_equal_counts_ids() -> None:
    assert equal(table(1, column(1)), table(1, column(1)))
    assert not equal(table(1, column(1)), table(1, column(2)))
