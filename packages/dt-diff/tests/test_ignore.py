import pytest
from hypothesis import given
from hypothesis import strategies as st

from dt_contract.diff import Change, DiffDocument, Side
from dt_contract.errors import InputError
from dt_contract.identifiers import fold
from dt_diff.ignore import parse_rule, without_ignored
from dt_diff.names import full_name

TABLE = Change(change="added", object="table", name="main.tmp_load")
COLUMN = Change(change="modified", object="column", name="main.users.address.city")
RENAME = Change(change="renamed", object="table", name="main.tmp_x", before="main.real", after="main.tmp_x")
QUOTED = Change(change="removed", object="table", name='main."tmp.x y"')
DOTTED_SCHEMA = Change(change="removed", object="table", name='"a.b".c')
DOTTED_COLUMN = Change(change="removed", object="column", name='a.b."c.d"')
SIGNS = Change(change="added", object="table", name='main."a*[1]""?"')
SHARP_S = Change(change="added", object="table", name='main."STRAßE"')
MACRO = Change(change="modified", object="macro", name="main.f")
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
        pytest.param("MAIN.Tmp_[K-M]*", TABLE, True, id="letters in another case"),
        pytest.param("table:main.*", TABLE, True, id="the kind"),
        pytest.param("view:main.*", TABLE, False, id="another kind"),
        pytest.param("main.users", COLUMN, True, id="a table, for its columns"),
        pytest.param("table:main.users", COLUMN, True, id="a table by kind, for its columns"),
        pytest.param("column:main.users.address", COLUMN, True, id="a column, for its fields"),
        pytest.param("main.user", COLUMN, False, id="the beginning of a name"),
        pytest.param("main.tmp_*", RENAME, False, id="only the new name of a rename"),
        pytest.param("main.*", RENAME, True, id="both names of a rename"),
        pytest.param('main."tmp.x y"', QUOTED, True, id="a quoted name"),
        pytest.param('main."tmp.*"', QUOTED, False, id="a wildcard in quotes"),
        pytest.param('main."tmp."*', QUOTED, True, id="a wildcard after a part in quotes"),
        pytest.param("main.tmp?x*", QUOTED, True, id="a wildcard for a dot"),
        pytest.param("main.tmp.x y", QUOTED, False, id="a dot of a name without its quotes"),
        pytest.param("option:*", LAKE_OPTION, True, id="an option of the lake"),
        pytest.param("option:*", TABLE_OPTION, True, id="an option of a table"),
        pytest.param("main.users", TABLE_OPTION, True, id="a table, for its options"),
        pytest.param("tabel:main.*", TABLE, False, id="no kind"),
        pytest.param("a.*", DOTTED_SCHEMA, False, id="a schema, for a schema with a dot"),
        pytest.param("a.b", DOTTED_SCHEMA, False, id="a table, for a schema with a dot"),
        pytest.param("a.b.c", DOTTED_SCHEMA, False, id="three parts, for two with a dot"),
        pytest.param("a", DOTTED_SCHEMA, False, id="the beginning of a schema with a dot"),
        pytest.param('"a.b".*', DOTTED_SCHEMA, True, id="a schema with a dot"),
        pytest.param('"A.B"', DOTTED_SCHEMA, True, id="a schema with a dot, in capitals"),
        pytest.param("a*.c", DOTTED_SCHEMA, True, id="a pattern for a schema with a dot"),
        pytest.param("a.b.c", DOTTED_COLUMN, False, id="the beginning of a column with a dot"),
        pytest.param("a.b.c*", DOTTED_COLUMN, True, id="a pattern for a column with a dot"),
        pytest.param("a.b.c.d", DOTTED_COLUMN, False, id="a field, for a column with a dot"),
        pytest.param('main."a*[1]""?"', SIGNS, True, id="a name full of signs, as drift prints it"),
        pytest.param('main."a*[1]*"', SIGNS, False, id="signs in quotes are no wildcards"),
        pytest.param("main.stra?e", SHARP_S, True, id="one letter for a sharp s"),
        pytest.param("main.strasse", SHARP_S, False, id="two letters for a sharp s"),
        pytest.param("*", COLUMN, True, id="everything"),
        pytest.param("*.users", COLUMN, True, id="a table in any schema"),
        pytest.param("*.city", COLUMN, False, id="one wildcard for two parts"),
        pytest.param("*.*.*.city", COLUMN, True, id="a field in any column"),
        pytest.param("column:main.*", COLUMN, True, id="all columns of a schema"),
        pytest.param("column:*", COLUMN, True, id="all columns"),
        pytest.param("table:*", COLUMN, True, id="all tables, for their columns"),
        pytest.param("main.users.*", COLUMN, True, id="all columns of a table"),
        pytest.param("main.users.*", TABLE, False, id="the columns of another table"),
        pytest.param("main.tmp_load.*", TABLE, False, id="the columns of a table, for the table"),
        pytest.param("macro:main.F", MACRO, True, id="a macro"),
    ],
)
def test_rules(rule: str, change: Change, ignored: bool) -> None:
    left, unused = without_ignored(diff(change), [rule])
    assert (left.changes, left.ignored) == (() if ignored else (change,), int(ignored))
    assert unused == ([] if ignored else [rule])


@pytest.mark.parametrize(
    ("rule", "chosen"),
    [
        pytest.param("main.real", True, id="the former name"),
        pytest.param("table:main.tmp_*", True, id="the new name"),
        pytest.param("main.*", True, id="both names"),
        pytest.param("main.other", False, id="neither name"),
        pytest.param("view:main.real", False, id="another kind"),
    ],
)
def test_a_rename_is_chosen_by_either_of_its_names(rule: str, chosen: bool) -> None:
    assert parse_rule(rule).chooses(RENAME) is chosen


def test_counts_are_of_what_is_left() -> None:
    left, unused = without_ignored(diff(TABLE, COLUMN, QUOTED), ["main.tmp*", "main.tmp_*", "other"])
    assert (left.counts, left.ignored, unused) == ({"modified": 1}, 2, ["other"])


@pytest.mark.parametrize("rule", ['"a', 'a."b', 'a"b', 'table:a."b".c"', '"a""'])
def test_a_quote_that_is_not_closed(rule: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_rule(rule)
    assert str(caught.value) == f'the rule {rule!r} has an opening " without a closing one'


@pytest.mark.parametrize("rule", ["", ".", "a.", ".a", "a..b", "table:", '""'])
def test_an_empty_part(rule: str) -> None:
    with pytest.raises(InputError, match="has an empty part"):
        parse_rule(rule)


def test_many_changes_and_rules() -> None:
    changes = [Change(change="added", object="table", name=f"main.t{number}") for number in range(20_000)]
    left, unused = without_ignored(diff(*changes), ["main.t1*", "main.*9"])
    assert (left.ignored + len(left.changes), left.ignored, unused) == (20_000, 11_111 + 2_000 - 1_111, [])


IDENTIFIERS = st.text(st.sampled_from("abAB.*?[]!\"' ß_1:"), min_size=1, max_size=4)
NAMES = st.lists(IDENTIFIERS, min_size=1, max_size=4)


@given(NAMES, NAMES, st.booleans())
def test_a_printed_name_is_a_rule_for_what_it_names(ours: list[str], theirs: list[str], same: bool) -> None:
    name = [*ours, *theirs[:1]] if same else theirs
    change = Change(change="added", object="column", name=full_name(*name))
    is_in = [fold(part) for part in name[: len(ours)]] == [fold(part) for part in ours]
    assert parse_rule(f"{full_name(*ours)}").matches(change) is is_in
