"""Which columns can hand on their values."""

import pytest

from dt_contract.schema import Column
from dt_diff.sql.casting import can_cast


def struct(*names: str) -> Column:
    fields = tuple(Column(name=name, type="INTEGER") for name in names)
    return Column(name="s", type=f"STRUCT({', '.join(f'{name} INTEGER' for name in names)})", fields=fields)


def listed(element: Column) -> Column:
    return Column(name="l", type=f"{element.type}[]", fields=(element,))


NUMBER, TEXT = Column(name="n", type="INTEGER"), Column(name="t", type="VARCHAR")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(NUMBER, TEXT, True, id="scalars"),
        pytest.param(struct("a", "b"), struct("B", "c"), True, id="a field in both, in any case"),
        pytest.param(struct("a"), struct("b"), False, id="no field in both"),
        pytest.param(listed(struct("a")), listed(struct("b")), False, id="no field in both, in a list"),
        pytest.param(listed(NUMBER), listed(TEXT), True, id="lists"),
        pytest.param(struct("a"), NUMBER, False, id="nested to a number"),
        pytest.param(NUMBER, listed(NUMBER), False, id="a number to nested"),
        pytest.param(struct("a"), listed(NUMBER), False, id="nested of another kind"),
        pytest.param(struct("a"), TEXT, True, id="nested to text"),
        pytest.param(TEXT, listed(NUMBER), True, id="text to nested"),
    ],
)
def test_can_cast(before: Column, after: Column, expected: bool) -> None:
    assert can_cast(before, after) is expected
