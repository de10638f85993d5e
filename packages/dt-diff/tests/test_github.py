import pytest

from dt_contract.diff import Change, Detail, DiffDocument, Side
from dt_diff.github import github_lines
from dt_diff.report import report

ADDED = Change(change="added", object="table", name="main.t", after="(id INTEGER)")
PERCENT = Detail(field="comment", before="50%", after="\r\n::error::x")
MODIFIED = Change(change="modified", object="column", name='main."a:b,c%"', details=(PERCENT,))


def diff(*changes: Change) -> DiffDocument:
    counts = {"added": len(changes)} if changes else {}
    return DiffDocument(expected=Side(name="a"), actual=Side(name="b"), changes=changes, counts=counts)


@pytest.mark.parametrize(
    ("diff", "expected"),
    [
        pytest.param(diff(), ["no differences"], id="nothing"),
        pytest.param(
            diff(ADDED),
            ["::error title=table main.t added::+ table main.t (id INTEGER)", "1 change: 1 added"],
            id="one",
        ),
        pytest.param(
            diff(MODIFIED),
            [
                '::error title=column main."a%3Ab%2Cc%25" modified::'
                '~ column main."a:b,c%25"%0A    comment: 50%25 -> \\r\\n::error::x',
                "1 change: 1 added",
            ],
            id="characters that end a title or a command",
        ),
    ],
)
def test_github_lines(diff: DiffDocument, expected: list[str]) -> None:
    assert github_lines(report(diff)) == expected
