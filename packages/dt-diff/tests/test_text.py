import pytest

from dt_contract.diff import Blame, Change, Detail, DiffDocument, Side
from dt_diff.text import change_lines, summary, text_lines

TYPE = Detail(field="type", before="INTEGER", after="BIGINT")


def change(kind: str = "modified", name: str = "main.t", object: str = "table", **properties: object) -> Change:  # noqa: A002
    return Change(change=kind, object=object, name=name, **properties)  # type: ignore[arg-type]


def diff(*changes: Change, counts: dict[str, int] | None = None, **properties: object) -> DiffDocument:
    sides = {"expected": Side(name="a"), "actual": Side(name="b")}
    return DiffDocument(changes=changes, counts=counts or {}, **sides, **properties)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(change("added", after="(id INTEGER)"), ["+ table main.t (id INTEGER)"], id="table added"),
        pytest.param(
            change("removed", "main.t.a", "column", before="VARCHAR", hazards=("DATA_LOSS",)),
            ["- column main.t.a VARCHAR   [DATA_LOSS]"],
            id="column removed",
        ),
        pytest.param(change("added", "raw", "schema", after="raw"), ["+ schema raw"], id="schema added"),
        pytest.param(
            change("renamed", "main.b", before="main.a", after="main.b"), ["> table main.a -> main.b"], id="renamed"
        ),
        pytest.param(
            change("renamed", "main.t.b", "column", before="main.t.a", after="main.t.b", details=(TYPE,)),
            ["> column main.t.a -> main.t.b", "    type: INTEGER -> BIGINT"],
            id="renamed with another type",
        ),
        pytest.param(
            change("modified", "main.t.a", "column", before="INTEGER", after="BIGINT", details=(TYPE,)),
            ["~ column main.t.a", "    type: INTEGER -> BIGINT"],
            id="column modified",
        ),
        pytest.param(
            change("modified", details=(Detail(field="comment", before=None, after="two\nlines"),)),
            ["~ table main.t", "    comment: (none) -> two\\nlines"],
            id="a comment from nothing",
        ),
        pytest.param(change("added", "x", "option", after="zstd"), ["+ option x zstd"], id="option added"),
        pytest.param(change("added", "main.v", "view", after="SELECT 1"), ["+ view main.v SELECT 1"], id="short SQL"),
        pytest.param(
            change("added", "main.v", "view", after="SELECT\n  1"),
            ["+ view main.v", "    | SELECT", "    |   1"],
            id="SQL of two lines",
        ),
        pytest.param(
            change(
                "modified", "main.v", "view", details=(Detail(field="sql", before="SELECT\n  1", after="SELECT 2"),)
            ),
            ["~ view main.v", "    sql:", "      - SELECT", "      -   1", "      + SELECT 2"],
            id="SQL modified",
        ),
        pytest.param(
            change("removed", 'main."\x1b[31m"', before="(a INTEGER DEFAULT '\x9b')"),
            ["- table main.\"\\x1b[31m\" (a INTEGER DEFAULT '\\x9b')"],
            id="control characters",
        ),
    ],
)
def test_change_lines(change: Change, expected: list[str]) -> None:
    assert change_lines(change) == expected


TIME = "2026-11-22T10:00:00Z"


@pytest.mark.parametrize(
    ("blame", "expected"),
    [
        pytest.param(
            Blame(lake_snapshot=12, time=TIME, author="alice", message="fix: a, b"),
            f"snapshot 12, {TIME}, alice: fix: a, b; out of band",
            id="out of band",
        ),
        pytest.param(
            Blame(lake_snapshot=12, time=TIME, author="alice", message="m", migrations=("V7__x.sql", "V8__y.sql")),
            f"snapshot 12, {TIME}, alice: m; by V7__x.sql, V8__y.sql",
            id="migrations",
        ),
        pytest.param(Blame(lake_snapshot=12, time=TIME), f"snapshot 12, {TIME}; out of band", id="nobody said who"),
        pytest.param(Blame(lake_snapshot=12), "snapshot 12: unknown (expired); out of band", id="expired"),
        pytest.param(
            Blame(lake_snapshot=12, migrations=("V7__x.sql",)),
            "snapshot 12: unknown (expired); by V7__x.sql",
            id="expired, of a migration",
        ),
        pytest.param(
            Blame(lake_snapshot=12, time=TIME, author="\x1b", message="a\nb"),
            f"snapshot 12, {TIME}, \\x1b: a\\nb; out of band",
            id="control characters",
        ),
    ],
)
def test_blame(blame: Blame, expected: str) -> None:
    assert change_lines(change(blame=(blame,)))[1:] == [f"    {expected}"]


ONE = change("added", after="()")


@pytest.mark.parametrize(
    ("diff", "expected"),
    [
        pytest.param(diff(), "no differences", id="nothing"),
        pytest.param(diff(ONE, counts={"added": 1}), "1 change: 1 added", id="one"),
        pytest.param(
            diff(ONE, ONE, ONE, counts={"added": 1, "renamed": 2}), "3 changes: 1 added, 2 renamed", id="several"
        ),
        pytest.param(diff(ignored=2), "no differences (2 ignored)", id="ignored"),
        pytest.param(
            diff(ONE, counts={"added": 1}, ignored=1, not_compared=("options",)),
            "1 change: 1 added (1 ignored; options not compared)",
            id="ignored and not compared",
        ),
    ],
)
def test_summary(diff: DiffDocument, expected: str) -> None:
    assert summary(diff) == expected


def test_text_ends_with_the_summary() -> None:
    assert text_lines(diff(ONE, counts={"added": 1})) == ["+ table main.t ()", "1 change: 1 added"]
