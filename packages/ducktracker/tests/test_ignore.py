import pytest

from dt_contract.diff import Change, DiffDocument, Side
from ducktracker.ignore import without_ignored

TABLE = Change(change="added", object="table", name="main.tmp_load")
COLUMN = Change(change="modified", object="column", name="main.users.address.city")
RENAME = Change(change="renamed", object="table", name="main.tmp_x", before="main.real", after="main.tmp_x")
QUOTED = Change(change="removed", object="table", name='main."tmp.x y"')
LAKE_OPTION = Change(change="added", object="option", name="parquet_compression")
TABLE_OPTION = Change(change="added", object="option", name="main.users.parquet_compression")


def diff(*changes: Change) -> DiffDocument:
    return DiffDocument(expected=Side(name="a"), actual=Side(name="b"), changes=changes)


@pytest.mark.parametrize(
    ("rule", "change", "ignored"),
    [
        pytest.param("main.tmp_load", TABLE, True, id="a full name"),
        pytest.param("main.tmp_*", TABLE, True, id="a pattern"),
        pytest.param("tmp_*", TABLE, False, id="a name without its schema"),
        pytest.param("main", TABLE, True, id="the schema"),
        pytest.param("main.*", TABLE, True, id="all of the schema"),
        pytest.param("MAIN.*", TABLE, False, id="other letters"),
        pytest.param("table:main.*", TABLE, True, id="the kind"),
        pytest.param("view:main.*", TABLE, False, id="another kind"),
        pytest.param("main.users", COLUMN, True, id="a table, for its columns"),
        pytest.param("table:main.users", COLUMN, True, id="a table by kind, for its columns"),
        pytest.param("column:main.users.address", COLUMN, True, id="a column, for its fields"),
        pytest.param("main.user", COLUMN, False, id="the beginning of a name"),
        pytest.param("main.tmp_*", RENAME, False, id="only the new name of a rename"),
        pytest.param("main.*", RENAME, True, id="both names of a rename"),
        pytest.param('main."tmp.x y"', QUOTED, True, id="a quoted name"),
        pytest.param("main.tmp.x y", QUOTED, True, id="a quoted name without its quotes"),
        pytest.param("option:*", LAKE_OPTION, True, id="an option of the lake"),
        pytest.param("option:*", TABLE_OPTION, True, id="an option of a table"),
        pytest.param("main.users", TABLE_OPTION, True, id="a table, for its options"),
        pytest.param("tabel:main.*", TABLE, False, id="no kind"),
    ],
)
def test_rules(rule: str, change: Change, ignored: bool) -> None:
    left, unused = without_ignored(diff(change), [rule])
    assert (left.changes, left.ignored) == (() if ignored else (change,), int(ignored))
    assert unused == ([] if ignored else [rule])


def test_counts_are_of_what_is_left() -> None:
    left, unused = without_ignored(diff(TABLE, COLUMN, QUOTED), ["main.tmp*", "main.tmp_*", "other"])
    assert (left.counts, left.ignored, unused) == ({"modified": 1}, 2, ["other"])
