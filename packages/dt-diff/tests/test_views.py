import pytest

from dt_contract.diff import Change, Detail
from dt_contract.schema import View
from dt_diff.identity import ONE_LAKE, TWO_LAKES
from dt_diff.views import compare_views

SQL = "SELECT 1"


def view(name: str = "v", number: int = 1, sql: str = SQL, **properties: object) -> View:
    return View(id=number, uuid=f"u{number}", schema="main", name=name, sql=sql, **properties)  # type: ignore[arg-type]


def removed(name: str) -> Change:
    return Change(change="removed", object="view", name=name, before=SQL)


def added(name: str) -> Change:
    return Change(change="added", object="view", name=name, after=SQL)


def renamed(before: str, after: str, *details: Detail) -> Change:
    return Change(change="renamed", object="view", name=after, before=before, after=after, details=details)


def modified(after: str, *details: Detail) -> Change:
    return Change(change="modified", object="view", name="main.v", before=SQL, after=after, details=details)


NEW_SQL = Detail(field="sql", before=SQL, after="SELECT 2")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([view()], [view()], [], id="equal"),
        pytest.param([view()], [], [removed("main.v")], id="removed"),
        pytest.param([], [view()], [added("main.v")], id="added"),
        pytest.param([view("a")], [view("b")], [renamed("main.a", "main.b")], id="renamed"),
        pytest.param([view()], [view(number=2)], [], id="replaced by the same"),
        pytest.param([view()], [view(number=2, sql="SELECT 2")], [modified("SELECT 2", NEW_SQL)], id="replaced"),
        pytest.param(
            [view("a", 1), view("b", 2)],
            [view("b", 1)],
            [removed("main.b"), renamed("main.a", "main.b")],
            id="uuid first",
        ),
        pytest.param(
            [view("a", 1)],
            [view("b", 1), view("a", 2)],
            [added("main.a"), renamed("main.a", "main.b")],
            id="renamed, and another made under the old name",
        ),
        pytest.param(
            [view()],
            [view(column_aliases=("a", "b c"), comment="x")],
            [
                modified(
                    SQL,
                    Detail(field="column_aliases", after='a, "b c"'),
                    Detail(field="comment", before=None, after="x"),
                )
            ],
            id="aliases and comment",
        ),
    ],
)
def test_one_lake(before: list[View], after: list[View], expected: list[Change]) -> None:
    assert list(compare_views(before, after, ONE_LAKE.views)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([view()], [view(number=2)], [], id="other ids"),
        pytest.param([view("a")], [view("b")], [removed("main.a"), added("main.b")], id="other names"),
        pytest.param([view()], [view(sql="SELECT 2")], [modified("SELECT 2", NEW_SQL)], id="other query"),
    ],
)
def test_two_lakes(before: list[View], after: list[View], expected: list[Change]) -> None:
    assert list(compare_views(before, after, TWO_LAKES.views)) == expected
