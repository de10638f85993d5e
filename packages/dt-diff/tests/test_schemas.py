import pytest

from dt_contract.diff import Change
from dt_contract.schema import Schema
from dt_diff.identity import ONE_LAKE, TWO_LAKES
from dt_diff.schemas import compare_schemas


def schema(name: str = "raw", number: int | None = 1, **options: str) -> Schema:
    return Schema(id=number, name=name, options=options)


def removed(name: str) -> Change:
    return Change(change="removed", object="schema", name=name, before=name)


def added(name: str) -> Change:
    return Change(change="added", object="schema", name=name, after=name)


RENAMED = Change(change="renamed", object="schema", name="b", before="a", after="b")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([schema()], [schema()], [], id="equal"),
        pytest.param([schema()], [], [removed("raw")], id="removed"),
        pytest.param([], [schema()], [added("raw")], id="added"),
        pytest.param([schema("a")], [schema("b")], [RENAMED], id="renamed"),
        pytest.param([schema(number=1)], [schema(number=2)], [removed("raw"), added("raw")], id="made again"),
        pytest.param([schema(number=None)], [schema(number=2)], [], id="no id: by name"),
    ],
)
def test_one_lake(before: list[Schema], after: list[Schema], expected: list[Change]) -> None:
    assert list(compare_schemas(before, after, ONE_LAKE.schemas, options=True)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([schema(number=1)], [schema(number=2)], [], id="other ids"),
        pytest.param([schema("a")], [schema("b")], [removed("a"), added("b")], id="other names"),
    ],
)
def test_two_lakes(before: list[Schema], after: list[Schema], expected: list[Change]) -> None:
    assert list(compare_schemas(before, after, TWO_LAKES.schemas, options=True)) == expected


@pytest.mark.parametrize(
    ("options", "expected"), [pytest.param(True, ["raw.x"], id="known"), pytest.param(False, [], id="not known")]
)
def test_options(options: bool, expected: list[str]) -> None:
    changes = compare_schemas([schema()], [schema(x="1")], ONE_LAKE.schemas, options=options)
    assert [change.name for change in changes] == expected
