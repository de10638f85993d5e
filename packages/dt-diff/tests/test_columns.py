import pytest

from dt_contract.diff import Change, Detail
from dt_contract.hazards import Hazard
from dt_contract.schema import Column
from dt_diff.columns import Nesting, compare_columns, nesting
from dt_diff.identity import ONE_LAKE, TWO_LAKES
from dt_diff.names import Path

TABLE = Path("main.t", "main.t")


def column(name: str, type: str = "INTEGER", number: int | None = 1, *fields: Column, **rest: object) -> Column:  # noqa: A002
    return Column(id=number, name=name, type=type, fields=fields, **rest)  # type: ignore[arg-type]


def struct(*fields: Column, name: str = "s", number: int = 1) -> Column:
    return column(name, f"STRUCT({', '.join(f'{field.name} {field.type}' for field in fields)})", number, *fields)


def listing(element: Column, name: str = "l") -> Column:
    return column(name, f"{element.type}[]", 1, element)


def mapping(key: Column, value: Column) -> Column:
    return column("m", f"MAP({key.type}, {value.type})", 1, key, value)


def change(kind: str, name: str, before: str | None, after: str | None, *details: Detail) -> Change:
    hazards: tuple[Hazard, ...] = ("DATA_LOSS",) if kind == "removed" else ()
    return Change(
        change=kind,  # type: ignore[arg-type]
        object="column",
        name=name,
        before=before,
        after=after,
        details=details,
        hazards=hazards,
    )


def typed(before: str, after: str) -> Detail:
    return Detail(field="type", before=before, after=after)


def retyped(name: str, before: str, after: str) -> Change:
    return change("modified", name, before, after, typed(before, after))


WIDER = typed("INTEGER", "BIGINT")
CITY, ZIP = column("city", "VARCHAR", 2), column("zip", "INTEGER", 3)
WIDE_ZIP = column("zip", "BIGINT", 3)
WIDER_ZIP = retyped("main.t.s.zip", "INTEGER", "BIGINT")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([column("a")], [column("a")], [], id="equal"),
        pytest.param([column("a")], [], [change("removed", "main.t.a", "INTEGER", None)], id="removed"),
        pytest.param(
            [],
            [column("a b", nullable=False, default="7")],
            [change("added", 'main.t."a b"', None, "INTEGER NOT NULL DEFAULT 7")],
            id="added",
        ),
        pytest.param(
            [column("a")], [column("b")], [change("renamed", "main.t.b", "main.t.a", "main.t.b")], id="renamed"
        ),
        pytest.param(
            [column("a")], [column("A")], [change("renamed", "main.t.A", "main.t.a", "main.t.A")], id="renamed in case"
        ),
        pytest.param(
            [column("a")],
            [column("b", "BIGINT")],
            [change("renamed", "main.t.b", "main.t.a", "main.t.b", WIDER)],
            id="renamed with another type is one change",
        ),
        pytest.param(
            [column("a", number=1), column("b", number=2)],
            [column("b", number=1), column("a", number=2)],
            [
                change("renamed", "main.t.b", "main.t.a", "main.t.b"),
                change("renamed", "main.t.a", "main.t.b", "main.t.a"),
            ],
            id="two names swapped",
        ),
        pytest.param(
            [column("a", number=1)],
            [column("a", number=2)],
            [change("removed", "main.t.a", "INTEGER", None), change("added", "main.t.a", None, "INTEGER")],
            id="dropped and made again",
        ),
        pytest.param([column("a", number=None)], [column("a", number=2)], [], id="no id: by name"),
        pytest.param(
            [column("a", nullable=False, default="1", comment="x")],
            [column("a", "BIGINT")],
            [
                change(
                    "modified",
                    "main.t.a",
                    "INTEGER NOT NULL DEFAULT 1",
                    "BIGINT",
                    WIDER,
                    Detail(field="nullable", before="false", after="true"),
                    Detail(field="default", before="1", after=None),
                    Detail(field="comment", before="x", after=None),
                )
            ],
            id="every property",
        ),
    ],
)
def test_columns(before: list[Column], after: list[Column], expected: list[Change]) -> None:
    assert list(compare_columns(before, after, TABLE, ONE_LAKE.columns)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(struct(CITY, ZIP), struct(CITY, WIDE_ZIP), [WIDER_ZIP], id="a field's type, not the struct's"),
        pytest.param(
            struct(CITY, ZIP), struct(CITY), [change("removed", "main.t.s.zip", "INTEGER", None)], id="a field removed"
        ),
        pytest.param(
            struct(CITY), struct(CITY, ZIP), [change("added", "main.t.s.zip", None, "INTEGER")], id="a field added"
        ),
        pytest.param(
            struct(ZIP),
            struct(column("plz", number=3)),
            [change("renamed", "main.t.s.plz", "main.t.s.zip", "main.t.s.plz")],
            id="a field renamed",
        ),
        pytest.param(
            struct(ZIP, name="a"),
            struct(column("plz", number=3), name="b"),
            [
                change("renamed", "main.t.b", "main.t.a", "main.t.b"),
                change("renamed", "main.t.b.plz", "main.t.a.zip", "main.t.b.plz"),
            ],
            id="the struct and a field renamed",
        ),
        pytest.param(
            listing(column("element", number=2)),
            listing(column("element", "BIGINT", 2)),
            [retyped("main.t.l.element", "INTEGER", "BIGINT")],
            id="a list's element",
        ),
        pytest.param(
            mapping(column("key", number=2), column("value", number=3)),
            mapping(column("key", "BIGINT", 2), column("value", number=3)),
            [retyped("main.t.m.key", "INTEGER", "BIGINT")],
            id="a map's key",
        ),
        pytest.param(
            listing(struct(ZIP, name="element", number=2)),
            listing(struct(WIDE_ZIP, name="element", number=2)),
            [retyped("main.t.l.element.zip", "INTEGER", "BIGINT")],
            id="a field in a list",
        ),
        pytest.param(
            column("s", "VARCHAR"),
            struct(ZIP),
            [retyped("main.t.s", "VARCHAR", "STRUCT(zip INTEGER)")],
            id="a scalar that became a struct",
        ),
        pytest.param(
            struct(ZIP, name="l"),
            listing(column("element", number=3)),
            [retyped("main.t.l", "STRUCT(zip INTEGER)", "INTEGER[]")],
            id="a struct that became a list",
        ),
        pytest.param(
            listing(column("element", "INTEGER", 2)),
            listing(struct(ZIP, name="element", number=2)),
            [retyped("main.t.l.element", "INTEGER", "STRUCT(zip INTEGER)")],
            id="a list's element that became a struct",
        ),
        pytest.param(
            struct(CITY, ZIP),
            struct(ZIP, CITY),
            [retyped("main.t.s", "STRUCT(city VARCHAR, zip INTEGER)", "STRUCT(zip INTEGER, city VARCHAR)")],
            id="fields in another order",
        ),
    ],
)
def test_fields(before: Column, after: Column, expected: list[Change]) -> None:
    assert list(compare_columns([before], [after], TABLE, ONE_LAKE.columns)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([column("a", number=1)], [column("a", number=2)], [], id="other ids"),
        pytest.param(
            [column("a")],
            [column("b")],
            [change("removed", "main.t.a", "INTEGER", None), change("added", "main.t.b", None, "INTEGER")],
            id="other names",
        ),
        pytest.param([struct(CITY, ZIP)], [struct(CITY, WIDE_ZIP, number=9)], [WIDER_ZIP], id="a field's type"),
        pytest.param(
            [struct(ZIP)],
            [struct(column("plz", number=3))],
            [change("removed", "main.t.s.zip", "INTEGER", None), change("added", "main.t.s.plz", None, "INTEGER")],
            id="a field's name",
        ),
    ],
)
def test_two_lakes(before: list[Column], after: list[Column], expected: list[Change]) -> None:
    assert list(compare_columns(before, after, TABLE, TWO_LAKES.columns)) == expected


def test_children_of_a_renamed_table_have_its_new_name() -> None:
    (change,) = compare_columns([column("a")], [], Path("main.old", "main.new"), ONE_LAKE.columns)
    assert change.name == "main.new.a"


def test_a_column_renamed_in_a_renamed_table_has_both_full_names() -> None:
    (change,) = compare_columns([column("a")], [column("b")], Path("main.old", "main.new"), ONE_LAKE.columns)
    assert (change.name, change.before, change.after) == ("main.new.b", "main.old.a", "main.new.b")


@pytest.mark.parametrize(
    ("type", "expected"),
    [
        pytest.param("STRUCT(a INTEGER)", "struct", id="struct"),
        pytest.param("STRUCT(a INTEGER[])", "struct", id="struct with a list"),
        pytest.param('STRUCT("a]" MAP(INTEGER, INTEGER))', "struct", id="struct with a map"),
        pytest.param("STRUCT(a INTEGER)[]", "list", id="list of structs"),
        pytest.param("MAP(INTEGER, INTEGER)[]", "list", id="list of maps"),
        pytest.param("MAP(VARCHAR, INTEGER[])", "map", id="map to lists"),
    ],
)
def test_nesting(type: str, expected: Nesting) -> None:  # noqa: A002
    assert nesting(column("c", type, 1, ZIP)) == expected


def test_a_column_without_fields_is_scalar() -> None:
    assert nesting(column("c", "INTEGER[]")) == "scalar"
