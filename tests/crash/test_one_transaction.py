"""What a migration leaves is what its statements leave one by one, or it is refused; only what is wrong is refused."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from support.one_transaction.compare import Outcome, judge
from support.one_transaction.lake import Bench
from support.one_transaction.plain import Plain, PlainTable
from support.one_transaction.steps import WEIGHTS, Sequence, Step
from support.postgres import Postgres

FEW = "INSERT INTO {t} (a) SELECT range FROM range(3)"
MANY = "INSERT INTO {t} (a) SELECT range FROM range(20)"
FEW_MORE = "INSERT INTO {t} SELECT range, range FROM range(100, 103)"
MANY_MORE = "INSERT INTO {t} SELECT range, range FROM range(100, 120)"
CREATE = "CREATE TABLE {t} (a INTEGER)"
FILENAMES = "CREATE TABLE {t} (a INTEGER, filename VARCHAR)"
NEW_FILENAME = ["ALTER TABLE {t} ADD COLUMN FileName INTEGER DEFAULT 1", MANY_MORE]
ADD = "ALTER TABLE {t} ADD COLUMN b INTEGER DEFAULT 1"
DELETE_ALL, NOT_NULL = "DELETE FROM {t}", "ALTER TABLE {t} ALTER a SET NOT NULL"
TYPE = "ALTER TABLE {t} ALTER a TYPE BIGINT"
KEYED = "CREATE TABLE {t} (a INTEGER, b INTEGER)"
SET, RESET = "ALTER TABLE {{t}} SET {} BY (a)", "ALTER TABLE {{t}} RESET {} BY"
WIDER = "ALTER TABLE {t} ALTER s TYPE STRUCT(x INTEGER, y INTEGER)"
DEEPER = "ALTER TABLE {t} ALTER s TYPE STRUCT(x INTEGER, y STRUCT(z INTEGER))"
ADD_STRUCT = "ALTER TABLE {t} ADD COLUMN b STRUCT(x INTEGER)"
DEEP = "ALTER TABLE {t} ADD COLUMN s STRUCT(x INTEGER, p STRUCT(z INTEGER))"
TWENTY, INNER, OUTER = "FROM range(20) AS x(r)", "{'z': r}", "{'x': r, 'p': {'z': r}}"
ADD_S, TYPE_S = "ALTER TABLE {t} ADD COLUMN s ", "ALTER TABLE {t} ALTER s TYPE "
WIDENED = [f"{ADD_S}STRUCT(x INTEGER)", f"{TYPE_S}STRUCT(x INTEGER, y INTEGER)"]
STRUCT = "CREATE TABLE {t} (a INTEGER, s STRUCT(x INTEGER))"
MANY_STRUCTS = "INSERT INTO {t} SELECT range, {'x': range::INTEGER} FROM range(20)"
ONE_PART = "INSERT INTO {t} (a) SELECT 1 FROM range(20)"
OTHER_PART = "INSERT INTO {t} SELECT 2, range FROM range(20)"
LATE, STALE, KEYS, NESTED = "a new column", "as they were", "loses the keys", "changes a nested"
VALUELESS, RETYPED = "rows without a value of a column", "rows after a new type of a column"
OF_2, FIELD_TYPE = "UPDATE {t} SET a = 300 WHERE a = 2", "ALTER TABLE {t} ALTER s TYPE STRUCT(x BIGINT)"
SMALL_AND_CHANGED = [CREATE, FEW, "UPDATE {t} SET a = 1 WHERE a = 0", "DELETE FROM {t} WHERE a = 2"]


def case(name: str, before: list[str], body: list[str], refused: str = "") -> Any:
    """Return a case: statements before, those in one transaction, and what the refusal says, empty if it is right."""
    return pytest.param(before, body, refused, id=name)


def _some(value: str) -> str:
    """Return SQL that is NULL in every other row."""
    return f"CASE WHEN r % 2 = 0 THEN {value} END"


CASES: list[Any] = [
    case("27: an inlined row is updated and one deleted", [], SMALL_AND_CHANGED),
    case(
        "27: in an old table",
        [CREATE, MANY],
        [FEW.replace("range(3)", "range(50, 53)"), "DELETE FROM {t} WHERE a > 50"],
    ),
    case("27: by MERGE", [CREATE], [FEW, "MERGE INTO {t} USING (SELECT 2 AS r) s ON a = r WHEN MATCHED THEN DELETE"]),
    case(
        "27: of rows that are merged in",
        [],
        [
            CREATE,
            "MERGE INTO {t} USING (SELECT 9 AS r) s ON a = r WHEN NOT MATCHED THEN INSERT VALUES (r)",
            "UPDATE {t} SET a = 3",
        ],
    ),
    case("27: all rows", [CREATE], [FEW, "DELETE FROM {t}"]),
    case("27: of CREATE TABLE AS", [], ["CREATE TABLE {t} AS SELECT range AS a FROM range(3)", "UPDATE {t} SET a = 5"]),
    case("27: with a new column between, for its extreme", [], [CREATE, FEW, ADD, "UPDATE {t} SET b = 5"], STALE),
    case("27: with a new column between, for no extreme", [], [CREATE, FEW, ADD, "UPDATE {t} SET b = 5 WHERE a = 1"]),
    case(
        "27: the extreme of a column that is renamed then",
        [],
        [CREATE, FEW, ADD, "UPDATE {t} SET b = 5", "ALTER TABLE {t} RENAME b TO c"],
        STALE,
    ),
    case(
        "27: the extreme of a column that is retyped then",
        [],
        [CREATE, FEW, ADD, "UPDATE {t} SET b = 5", "ALTER TABLE {t} ALTER b TYPE BIGINT"],
        STALE,
    ),
    case(
        "27: the extreme of a type that has none in statistics",
        [],
        [CREATE.replace("INTEGER", "HUGEINT"), FEW, ADD, "UPDATE {t} SET a = 500, b = b"],
    ),
    case("27: the extreme where a row of a file is gone", [], [CREATE, MANY, FEW, ADD, "DELETE FROM {t} WHERE a > 1"]),
    case(
        "27: where all rows of a file are gone",
        [],
        [CREATE, MANY, FEW, ADD, DELETE_ALL, f"{FEW} WHERE range > 1"],
        STALE,
    ),
    case("27: small rows of an UPDATE", [CREATE], [MANY, "UPDATE {t} SET a = 900 WHERE a = 7", "UPDATE {t} SET a = 5"]),
    case("27: no rows are left for NOT NULL", [CREATE, MANY], [FEW, DELETE_ALL, NOT_NULL, MANY]),
    case("27: with a new column between, in a table with rows", [CREATE, MANY], [FEW, ADD, "UPDATE {t} SET b = 5"]),
    *(
        case(f"11: {name}", past, body, refused)
        for name, past, body, refused in (
            ("many, TYPE, few", [CREATE], [MANY, TYPE, FEW], RETYPED),
            ("few, TYPE, many", [CREATE], [FEW, TYPE, MANY], RETYPED),
            ("few, TYPE, few", [CREATE], [FEW, TYPE, FEW], RETYPED),
            ("a new table", [], [CREATE, MANY, TYPE, FEW], RETYPED),
            ("TYPE, few in a table with rows", [CREATE, MANY], [TYPE, FEW], RETYPED),
            ("TYPE, many in a table with few rows", [CREATE, FEW], [TYPE, MANY], RETYPED),
            ("few, TYPE, few in a table with rows", [CREATE, MANY], [FEW, TYPE, FEW], RETYPED),
            ("TYPE, UPDATE in a table with rows", [CREATE, MANY], [TYPE, OF_2], RETYPED),
            (
                "TYPE, RENAME, UPDATE",
                [CREATE, MANY],
                [TYPE, "ALTER TABLE {t} RENAME a TO c", "UPDATE {t} SET c = c + 1"],
                RETYPED,
            ),
            ("TYPE of a field", [STRUCT, MANY_STRUCTS], [FIELD_TYPE, MANY_STRUCTS], RETYPED),
            ("TYPE, UPDATE of no row", [CREATE, MANY], [TYPE, OF_2.replace("= 2", "= 99")], ""),
            ("TYPE, many in a table without rows", [CREATE], [TYPE, MANY], ""),
            (
                "TYPE, many in a table without values",
                [CREATE, MANY.replace("SELECT range", "SELECT NULL")],
                [TYPE, MANY],
                "",
            ),
            ("TYPE of another column", [KEYED, MANY], ["ALTER TABLE {t} ALTER b TYPE BIGINT", MANY_MORE], ""),
            ("many, TYPE", [CREATE, MANY], [MANY, TYPE], ""),
            ("UPDATE, TYPE", [CREATE, MANY], [OF_2, TYPE], ""),
            ("few, TYPE", [CREATE], [FEW, TYPE], ""),
            ("many, TYPE, DELETE", [CREATE], [MANY, TYPE, "DELETE FROM {t} WHERE a = 5"], ""),
            ("TYPE that has no minimum, many", [CREATE, MANY], [TYPE.replace("BIGINT", "HUGEINT"), MANY], ""),
            ("many, TYPE, UPDATE of all rows, many", [CREATE], [MANY, TYPE, "UPDATE {t} SET a = 50", MANY], ""),
        )
    ),
    case("keys after a small INSERT", [CREATE], [FEW, SET.format("SORTED"), SET.format("PARTITIONED")]),
    case("a new field after a small INSERT", [STRUCT, MANY_STRUCTS], [FEW, "ALTER TABLE {t} ADD COLUMN s.y INTEGER"]),
    case("30: a new struct between small INSERTs", [CREATE, MANY], [FEW, ADD_STRUCT, FEW]),
    *(
        case(f"31: {name}", before, body, refused)
        for name, before, body, refused in (
            ("a new table", [], [KEYED, MANY, MANY_MORE], ""),
            ("a table without rows", [KEYED], [MANY, MANY_MORE], ""),
            ("small rows after it", [], [KEYED, MANY, FEW_MORE], ""),
            ("small rows before it", [], [KEYED, FEW_MORE, MANY], ""),
            ("twice without", [], [KEYED, MANY, MANY, MANY_MORE], ""),
            ("some rows updated", [], [KEYED, MANY, "UPDATE {t} SET b = 5 WHERE a > 4"], ""),
            ("some small rows updated", [], [KEYED, FEW, "UPDATE {t} SET b = 5 WHERE a > 0"], ""),
            ("a new column", [], [CREATE, MANY, ADD.removesuffix(" DEFAULT 1"), MANY, "UPDATE {t} SET b = a - 9"], ""),
            ("a field", [], [STRUCT, MANY, MANY_STRUCTS], ""),
            ("a table with rows", [KEYED, FEW], [MANY, MANY_MORE], ""),
            ("in partitions", [KEYED, SET.format("PARTITIONED")], [ONE_PART, OTHER_PART], ""),
            (
                "in partitions of which none has all",
                ["CREATE TABLE {t} (a INTEGER, b INTEGER, c INTEGER)", SET.format("PARTITIONED")],
                [
                    "INSERT INTO {t} (a, b) SELECT 1, range FROM range(20)",
                    "INSERT INTO {t} (a, c) SELECT 2, range FROM range(20)",
                ],
                VALUELESS,
            ),
            (
                "small rows in partitions, then other keys",
                [KEYED, SET.format("PARTITIONED")],
                ["INSERT INTO {t} VALUES (1, NULL), (2, 5)", SET.format("SORTED")],
                "",
            ),
            (
                "small rows in partitions",
                [KEYED, SET.format("PARTITIONED")],
                ["INSERT INTO {t} VALUES (1, NULL), (2, 5)", "UPDATE {t} SET b = b"],
                "",
            ),
        )
    ),
    case("14: new table", [], [CREATE, MANY, ADD, MANY_MORE], LATE),
    case(
        "14: a column called filename",
        [],
        [FILENAMES, MANY, ADD, MANY_MORE.replace("range, range", "range, '', range")],
        LATE,
    ),
    case("14: a column called filename, no rows after it", [], [FILENAMES, MANY, ADD]),
    case("14: a column called filename, all rows updated", [], [FILENAMES, MANY, ADD, "UPDATE {t} SET b = 9"]),
    case("14: a column called filename, small rows before it", [], [FILENAMES, FEW, ADD, "UPDATE {t} SET b = b"]),
    case("14: a new column called FileName", [], [CREATE, MANY, *NEW_FILENAME], LATE),
    case("14: a new column called FileName, small rows before it", [], [CREATE, FEW, *NEW_FILENAME]),
    case(
        "27: a column called filename, another row is deleted",
        [FILENAMES, MANY],
        [FEW.replace("range(3)", "range(5, 8)"), "DELETE FROM {t} WHERE a = 19"],
    ),
    case(
        "27: a column called filename",
        [],
        [FILENAMES.replace("VARCHAR", "INTEGER"), "INSERT INTO {t} VALUES (1, 1)", ADD, "UPDATE {t} SET b = 5"],
        STALE,
    ),
    case("14: small rows after it", [], [CREATE, MANY, ADD, FEW_MORE], LATE),
    case("14: table without rows", [CREATE], [MANY, ADD, MANY_MORE], LATE),
    case("14: no default", [], [CREATE, MANY, ADD.removesuffix(" DEFAULT 1"), MANY_MORE], LATE),
    case("14: a new struct", [], [CREATE, MANY, "ALTER TABLE {t} ADD COLUMN s STRUCT(x INTEGER)", MANY_STRUCTS], LATE),
    *(
        case(f"14: a new struct, {name}", [], [CREATE, MANY, DEEP, f"INSERT INTO {{t}} SELECT r, {rows}"], refused)
        for name, rows, refused in (
            ("NULL in some rows", f"{_some(OUTER)} {TWENTY}", ""),
            ("a field NULL in some rows", f"{{'x': {_some('r')}, 'p': {{'z': r}}}} {TWENTY}", LATE),
            ("an inner field NULL in some rows", f"{{'x': r, 'p': {{'z': {_some('r')}}}}} {TWENTY}", LATE),
            ("all fields NULL in some rows", f"{{'x': {_some('r')}, 'p': {_some(INNER)}}} {TWENTY}", ""),
        )
    ),
    case(
        "14: a new field by a type, NULL in some rows",
        [],
        [STRUCT, MANY_STRUCTS, WIDER, f"INSERT INTO {{t}} SELECT r, {{'x': 99, 'y': {_some('r')}}} {TWENTY}"],
    ),
    case(
        "14: a new field",
        [],
        [
            STRUCT,
            MANY_STRUCTS,
            "ALTER TABLE {t} ADD COLUMN s.y INTEGER",
            "INSERT INTO {t} SELECT range, {'x': 1, 'y': 2} FROM range(20)",
        ],
        LATE,
    ),
    case(
        "14: a new field by a type",
        [],
        [STRUCT, MANY_STRUCTS, WIDER, "INSERT INTO {t} SELECT range, {'x': 1, 'y': 2} FROM range(20)"],
        LATE,
    ),
    case("14: some rows updated", [], [CREATE, MANY, ADD, "UPDATE {t} SET b = 9 WHERE a = 1"], LATE),
    case("14: renamed column", [], [CREATE, MANY, ADD, "ALTER TABLE {t} RENAME b TO c", MANY_MORE], LATE),
    case("14: all rows updated", [], [CREATE, MANY, ADD, "UPDATE {t} SET b = 9"]),
    case("14: the same value in all rows", [], [CREATE, MANY, ADD, MANY]),
    case("14: rows deleted", [], [CREATE, MANY, ADD, "DELETE FROM {t} WHERE a = 1"]),
    case("14: small rows before it", [], [CREATE, FEW, ADD, MANY_MORE]),
    case("14: the column is dropped again", [], [CREATE, MANY, ADD, MANY_MORE, "ALTER TABLE {t} DROP COLUMN b"]),
    case(
        "14: a new list",
        [],
        [CREATE, MANY, "ALTER TABLE {t} ADD COLUMN b INTEGER[]", "INSERT INTO {t} SELECT range, [1] FROM range(20)"],
    ),
    *(
        case(f"14: {len(past)} INSERTs before", [CREATE, *past], [rows, ADD, more])
        for past in ([FEW], [MANY, FEW])
        for rows in (FEW, MANY)
        for more in (FEW_MORE, MANY_MORE)
    ),
    *(
        case(f"keys: RESET {kind}, SET; {what}", before, body, KEYS if is_lost else "")
        for kind in ("SORTED", "PARTITIONED")
        for what, before, body, is_lost in (
            ("none before", [KEYED], [RESET.format(kind), SET.format(kind)], kind == "SORTED"),
            ("SET before", [KEYED], [SET.format(kind), RESET.format(kind), SET.format(kind)], True),
            ("new table", [], [KEYED, SET.format(kind), RESET.format(kind), SET.format(kind)], True),
            (
                "RESET again",
                [KEYED],
                [SET.format(kind), RESET.format(kind), SET.format(kind), RESET.format(kind)],
                False,
            ),
            ("the same before", [KEYED, SET.format(kind)], [RESET.format(kind), SET.format(kind)], False),
            (
                "others before",
                [KEYED, SET.format(kind).replace("(a)", "(b)")],
                [RESET.format(kind), SET.format(kind)],
                False,
            ),
        )
    ),
    case(
        "nested: a type with another inner type, again",
        ["CREATE TABLE {t} (s STRUCT(x INTEGER)[])"],
        ["ALTER TABLE {t} ALTER s TYPE STRUCT(x BIGINT)[]", "ALTER TABLE {t} ALTER s TYPE STRUCT(x HUGEINT)[]"],
    ),
    case(
        "nested: a type with a new inner struct, renamed", [STRUCT], [DEEPER, "ALTER TABLE {t} RENAME s.y TO w"], NESTED
    ),
    case(
        "nested: a type with a new inner struct, retyped",
        [STRUCT],
        [DEEPER, "ALTER TABLE {t} ALTER s TYPE STRUCT(x INTEGER, y STRUCT(z BIGINT))"],
        NESTED,
    ),
    *(
        case(f"nested: a new column, {name}", [CREATE], [f"{ADD_S}{first}", f"{TYPE_S}{then}"], refused)
        for name, first, then, refused in (
            ("the same type", "STRUCT(x INTEGER)", "STRUCT(x INTEGER)", ""),
            ("a new field", "STRUCT(x INTEGER)", "STRUCT(x INTEGER, y MAP(VARCHAR, INTEGER))", ""),
            ("a new inner field", "STRUCT(p STRUCT(x INTEGER))", "STRUCT(p STRUCT(x INTEGER, y VARCHAR))", ""),
            ("a new field of a list", "STRUCT(x INTEGER)[]", "STRUCT(x INT, y INTEGER)[]", ""),
            ("another type", "STRUCT(x INTEGER)", "STRUCT(x BIGINT)", NESTED),
            ("without a field", "STRUCT(x INTEGER, y INTEGER)", "STRUCT(x INTEGER)", NESTED),
            ("another field", "STRUCT(x INTEGER, y INTEGER)", "STRUCT(x INTEGER, z INTEGER)", NESTED),
        )
    ),
    case(
        "nested: a new field by a type, then another name",
        [CREATE],
        [*WIDENED, "ALTER TABLE {t} RENAME s TO u"],
        NESTED,
    ),
    case(
        "nested: a new field by a type, and another",
        [CREATE],
        [*WIDENED, f"{TYPE_S}STRUCT(x INTEGER, y INTEGER, z INTEGER)"],
    ),
    case("nested: a type with a new inner struct, another column", [STRUCT], [DEEPER, "ALTER TABLE {t} RENAME a TO c"]),
]
ROUNDS, SEQUENCES = 400, 50
_KINDS = {
    "RESET SORTED": "reset sort",
    "SET SORTED": "sort",
    "RESET PARTITIONED": "reset partition",
    "SET PARTITIONED": "partition",
}


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Bench]]:
    """A place to run sequences for each way."""
    found = {
        way: Bench(tmp_path_factory.mktemp(way) / "lake", way) for way in ("plain", "large", "each", "file", "all")
    }
    yield found
    for bench in found.values():
        bench.close()


@pytest.fixture(scope="module")
def plain() -> Plain:
    """Plain DuckDB, which says what is right."""
    return Plain()


def step(sql: str) -> Step:
    """Return a statement with its kind, as far as that matters."""
    return Step(next((kind for words, kind in _KINDS.items() if words in sql), ""), sql)


def keys(steps: tuple[Step, ...], kind: str) -> tuple[str, ...]:
    """Return the keys that statements leave."""
    last = [item for item in steps if item.kind.endswith(kind)][-1:]
    return tuple(item.sql[-2] for item in last if item.kind == kind)


def sequence_of(before: list[str], body: list[str]) -> Sequence:
    """Return statements as a sequence, with the keys that they leave."""
    first, then = tuple(map(step, before)), tuple(map(step, body))
    return Sequence(first, then, keys((*first, *then), "partition"), keys((*first, *then), "sort"))


def outcomes(bench: Bench, plain: Plain, cases: list[Any], random: Random | None = None) -> dict[str, Outcome]:
    """Run cases in one lake; return what came of each, by its name."""
    sequences = [made(plain, sequence_of(*item.values[:2])) for item in cases]
    return dict(zip((item.id for item in cases), judge(bench, sequences, random, maintain=not random), strict=True))


def unexpected(found: dict[str, Outcome]) -> dict[str, Outcome]:
    """Return what came out otherwise than a case says, by the name of the case."""
    expected = {item.id: item.values[2] for item in CASES}
    return {
        name: outcome
        for name, outcome in found.items()
        if outcome.kind != ("refused" if expected[name] else "right") or expected[name] not in outcome.detail
    }


def test_files(benches: dict[str, Bench], plain: Plain) -> None:
    assert unexpected(outcomes(benches["file"], plain, CASES)) == {}


def test_what_is_refused_is_wrong(benches: dict[str, Bench], plain: Plain) -> None:
    """Without ducktracker, in one transaction; and one by one it is right."""
    refused = [item for item in CASES if item.values[2]]
    one_by_one = outcomes(benches["each"], plain, refused)
    for item in refused:  # In a lake of its own, which it may make unreadable.
        (found,) = outcomes(benches["plain"], plain, [item]).values()
        assert found.kind == "wrong", item.id
    assert {name: found for name, found in one_by_one.items() if found.kind != "right"} == {}


def test_files_on_postgresql(tmp_path: Path, plain: Plain, postgres: Postgres) -> None:
    bench = Bench(tmp_path / "lake", "file", postgres)
    assert unexpected(outcomes(bench, plain, CASES[::6], Random(1))) == {}
    bench.close()


@pytest.mark.slow
def test_all_files_on_postgresql(tmp_path: Path, plain: Plain, postgres: Postgres) -> None:
    bench = Bench(tmp_path / "lake", "file", postgres)
    assert unexpected(outcomes(bench, plain, CASES)) == {}
    bench.close()


def faults(
    benches: dict[str, Bench], plain: Plain, way: str, random: Random, count: int, *, maintain: bool
) -> list[str]:
    """Compare random sequences; return what is wrong.

    Wrong is another outcome than one by one, and a file that is refused, or fails, although it is right without
    ducktracker. What is refused may be right because few rows are in the catalog, where statistics of rows that are
    deleted again stay and cover what is missing: how many rows a statement writes is not known before. So it must be
    right with files alone too.
    """
    cases = [plain.generate(random) for _ in range(count)]
    sequences = [sequence for sequence, _ in cases]
    found = judge(benches[way], cases, random, maintain=maintain)
    asked = [("each", ["wrong"])]
    asked += [("plain", ["refused", "loud"]), ("large", ["refused"])] if way == "file" else []
    wrong: dict[int, str] = {}
    for other, kinds in asked:
        doubtful = [at for at, outcome in enumerate(found) if outcome.kind in kinds]
        if other == "large":
            doubtful = [at for at in doubtful if at in wrong]
        again = judge(benches[other], [made(plain, sequences[at]) for at in doubtful])
        for at, outcome in zip(doubtful, again, strict=True):
            wrong.pop(at, None)
            if outcome.kind == "right":
                wrong[at] = f"{found[at].kind}: {found[at].detail}\n{sequences[at].text()}"
    return list(wrong.values())


def made(plain: Plain, sequence: Sequence) -> tuple[Sequence, PlainTable]:
    """Return a sequence with a new table that it has been run on."""
    table = plain.table()
    assert all(table.accepts(item) for item in (*sequence.before, *sequence.body))
    return sequence, table


@pytest.mark.parametrize("way", ["file", "all"])
def test_random_statements(benches: dict[str, Bench], plain: Plain, way: str) -> None:
    assert faults(benches, plain, way, Random(4), 25, maintain=True) == []


def way_of(number: int) -> tuple[str, Random]:
    """Return how the sequences of a round are run, and what they are made by."""
    return "all" if number % 10 == 9 else "file", Random(f"long {number}")


@pytest.mark.slow
@pytest.mark.parametrize("number", range(ROUNDS))
def test_random_statements_at_length(benches: dict[str, Bench], plain: Plain, number: int) -> None:
    """20,000 sequences; to rewrite the files of a lake costs as much as all else, so that is done in every eighth."""
    assert faults(benches, plain, *way_of(number), SEQUENCES, maintain=number % 8 == 0) == []


@pytest.mark.slow
def test_each_kind_is_in_500_sequences(plain: Plain) -> None:
    seen = Counter(
        kind
        for _, random in map(way_of, range(ROUNDS))
        for sequence in (plain.generate(random)[0] for _ in range(SEQUENCES))
        for kind in {item.kind for item in sequence.body}
    )
    assert all(seen[kind] >= 500 for kind in WEIGHTS), seen
