import pytest

from dt_contract.diff import Change, Detail
from dt_contract.schema import Macro, Overload, Parameter
from dt_diff.identity import ONE_LAKE, TWO_LAKES
from dt_diff.macros import compare_macros

ONE = Overload(parameters=(Parameter(name="x"),), sql="x + 1")
TWO = Overload(parameters=(Parameter(name="x"), Parameter(name="y", default="2")), sql="x + y")
SHORT = "(x) AS x + 1"


def macro(*overloads: Overload, name: str = "f", number: int | None = 1, kind: str = "scalar") -> Macro:
    return Macro(id=number, schema="main", name=name, kind=kind, overloads=overloads or (ONE,))  # type: ignore[arg-type]


def modified(after: str) -> Change:
    detail = Detail(field="definition", before=SHORT, after=after)
    return Change(change="modified", object="macro", name="main.f", before=SHORT, after=after, details=(detail,))


REMOVED = Change(change="removed", object="macro", name="main.f", before=SHORT)
ADDED = Change(change="added", object="macro", name="main.f", after=SHORT)
ADDED_TABLE_MACRO = Change(change="added", object="macro", name="main.f", after="(x) AS TABLE x + 1")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([macro()], [macro()], [], id="equal"),
        pytest.param([macro()], [], [REMOVED], id="removed"),
        pytest.param([], [macro()], [ADDED], id="added"),
        pytest.param([macro()], [macro(number=2)], [], id="replaced by the same"),
        pytest.param([macro()], [macro(TWO, number=2)], [modified("(x, y := 2) AS x + y")], id="replaced"),
        pytest.param(
            [macro()], [macro(ONE, TWO)], [modified(f"{SHORT},\n(x, y := 2) AS x + y")], id="an overload more"
        ),
        pytest.param(
            [macro(number=1)], [macro(number=2, kind="table")], [REMOVED, ADDED_TABLE_MACRO], id="another kind"
        ),
        pytest.param(
            [macro(name="a")],
            [macro(name="b")],
            [Change(change="renamed", object="macro", name="main.b", before="main.a", after="main.b")],
            id="renamed",
        ),
    ],
)
def test_one_lake(before: list[Macro], after: list[Macro], expected: list[Change]) -> None:
    assert list(compare_macros(before, after, ONE_LAKE.macros)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([macro()], [macro(number=None)], [], id="other ids"),
        pytest.param([macro()], [macro(kind="table")], [REMOVED, ADDED_TABLE_MACRO], id="another kind"),
        pytest.param([macro()], [macro(TWO)], [modified("(x, y := 2) AS x + y")], id="another definition"),
    ],
)
def test_two_lakes(before: list[Macro], after: list[Macro], expected: list[Change]) -> None:
    assert list(compare_macros(before, after, TWO_LAKES.macros)) == expected
