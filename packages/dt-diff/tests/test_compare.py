import time
from collections.abc import Callable

import msgspec
import pytest

from dt_contract import codec
from dt_contract.diff import DiffDocument, Side
from dt_contract.schema import Column, Lake, Macro, Overload, Schema, SchemaDocument, Table, View
from dt_diff.compare import compare

LAKE = Lake(id="a-lake", snapshot=3, snapshot_time="2026-11-22T10:00:00Z")


def document(*objects: Schema | Table | View | Macro, **properties: object) -> SchemaDocument:
    settings = {"lake": LAKE, "options": {}} | properties
    return SchemaDocument(
        schemas=tuple(one for one in objects if isinstance(one, Schema)),
        tables=tuple(one for one in objects if isinstance(one, Table)),
        views=tuple(one for one in objects if isinstance(one, View)),
        macros=tuple(one for one in objects if isinstance(one, Macro)),
        **settings,  # type: ignore[arg-type]
    )


def table(name: str, number: int, *columns: Column, schema: str = "main") -> Table:
    return Table(id=number, uuid=f"u{number}", schema=schema, name=name, columns=columns)


def diff(expected: SchemaDocument, actual: SchemaDocument) -> DiffDocument:
    return compare(expected, actual, expected_name="a", actual_name="b")


def changes(expected: SchemaDocument, actual: SchemaDocument) -> list[str]:
    return [f"{change.change} {change.object} {change.name}" for change in diff(expected, actual).changes]


USERS = table("users", 1, Column(id=1, name="id", type="INTEGER"))
WIDE_USERS = table("users", 1, Column(id=1, name="id", type="BIGINT"), Column(id=2, name="age", type="INTEGER"))
VIEW = View(id=5, uuid="u5", schema="main", name="users", sql="SELECT 1")
MACRO = Macro(id=6, schema="raw", name="f", kind="scalar", overloads=(Overload(sql="1"),))
RAW = Schema(id=4, name="raw")


@pytest.mark.parametrize(
    ("expected", "actual", "lines"),
    [
        pytest.param(document(USERS), document(USERS), [], id="equal"),
        pytest.param(
            document(USERS),
            document(WIDE_USERS),
            ["added column main.users.age", "modified column main.users.id"],
            id="by name",
        ),
        pytest.param(
            document(table("b", 1)),
            document(table("b", 2)),
            ["removed table main.b", "added table main.b"],
            id="made again",
        ),
        pytest.param(
            document(USERS),
            document(VIEW),
            ["removed table main.users", "added view main.users"],
            id="a view for a table",
        ),
        pytest.param(
            document(VIEW),
            document(USERS),
            ["removed view main.users", "added table main.users"],
            id="a table for a view",
        ),
        pytest.param(
            document(),
            document(RAW, table("t", 2, schema="raw"), MACRO),
            ["added schema raw", "added macro raw.f", "added table raw.t"],
            id="what is in an added schema",
        ),
        pytest.param(
            document(options={"x": "1"}),
            document(options={"y": "1"}),
            ["removed option x", "added option y"],
            id="options",
        ),
    ],
)
def test_changes_are_sorted(expected: SchemaDocument, actual: SchemaDocument, lines: list[str]) -> None:
    assert changes(expected, actual) == lines


@pytest.mark.parametrize(
    ("expected", "actual", "lines"),
    [
        pytest.param(LAKE, LAKE, ["renamed table main.b"], id="one lake"),
        pytest.param(LAKE, Lake(id=LAKE.id, snapshot=9), ["renamed table main.b"], id="one lake at two snapshots"),
        pytest.param(LAKE, Lake(id="x"), ["removed table main.a", "added table main.b"], id="two lakes"),
        pytest.param(LAKE, Lake(), ["removed table main.a", "added table main.b"], id="one lake is not known"),
        pytest.param(Lake(), Lake(), ["removed table main.a", "added table main.b"], id="no lake is known"),
    ],
)
def test_ids_count_in_one_lake_only(expected: Lake, actual: Lake, lines: list[str]) -> None:
    assert changes(document(table("a", 1), lake=expected), document(table("b", 1), lake=actual)) == lines


def test_hazards_of_a_table_made_again_in_another_lake() -> None:
    found = diff(document(table("a", 1)), document(table("b", 1), lake=Lake(id="x")))
    assert [change.hazards for change in found.changes] == [("DATA_LOSS",), ()]


@pytest.mark.parametrize(
    ("expected", "actual", "not_compared", "lines"),
    [
        pytest.param({"x": "1"}, {"x": "2"}, (), ["modified option x"], id="known on both sides"),
        pytest.param(None, {"x": "2"}, ("options",), [], id="not known on the first side"),
        pytest.param({"x": "1"}, None, ("options",), [], id="not known on the second side"),
        pytest.param(None, None, ("options",), [], id="not known at all"),
    ],
)
def test_unknown_options_are_not_compared(
    expected: dict[str, str] | None, actual: dict[str, str] | None, not_compared: tuple[str, ...], lines: list[str]
) -> None:
    found = diff(document(options=expected), document(options=actual))
    assert (found.not_compared, [f"{one.change} {one.object} {one.name}" for one in found.changes]) == (
        not_compared,
        lines,
    )


def test_sides_and_counts() -> None:
    found = diff(document(fingerprint="sha256-v1:0"), document(USERS, RAW, fingerprint=""))
    assert found.expected == Side(name="a", lake="a-lake", fingerprint="sha256-v1:0")
    assert found.actual == Side(name="b", lake="a-lake", fingerprint=None)
    assert found.counts == {"added": 2}


def test_counts_are_in_one_order() -> None:
    found = diff(document(table("a", 1), table("z", 2)), document(table("b", 1), RAW))
    assert list(found.counts.items()) == [("added", 1), ("removed", 1), ("renamed", 1)]


def test_no_snapshot_number_is_told() -> None:
    later = Lake(id=LAKE.id, snapshot=4711, snapshot_time="2026-11-23T10:00:00Z")
    same = diff(document(USERS), document(USERS, lake=later))
    assert codec.encode(same) == codec.encode(diff(document(USERS), document(USERS)))


def large(lake: str, first: int) -> SchemaDocument:
    columns = [tuple(Column(id=first + n, name=f"c{n}", type="VARCHAR") for n in range(10)) for _ in range(10_000)]
    tables = tuple(table(f"t{n:05}", first + n, *columns[n]) for n in range(10_000))
    return document(*tables, lake=Lake(id=lake))


def cpu_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize(("lake", "first"), [pytest.param("a", 0, id="one lake"), pytest.param("b", 9, id="two lakes")])
def test_ten_thousand_tables_compare_faster_than_they_decode(lake: str, first: int) -> None:
    before, after = codec.encode(large("a", 0)), codec.encode(large(lake, first))
    expected, actual = (msgspec.json.decode(data, type=SchemaDocument) for data in (before, after))
    decoding = min(cpu_seconds(lambda: msgspec.json.decode(before, type=SchemaDocument)) for _ in range(3))
    comparing = min(cpu_seconds(lambda: diff(expected, actual)) for _ in range(3))
    assert comparing < 2 * decoding


def test_time_grows_with_the_number_of_changes_and_not_with_its_square() -> None:
    def renamed(number: int) -> float:
        before = document(*(table(f"a{n}", n) for n in range(number)))
        after = document(*(table(f"b{n}", n) for n in range(number)))
        return min(cpu_seconds(lambda: diff(before, after)) for _ in range(3))

    assert renamed(8_000) < 30 * renamed(1_000)
