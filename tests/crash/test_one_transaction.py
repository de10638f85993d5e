"""What a migration leaves is what its statements leave one by one, or it is refused; only what is wrong is refused."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from support.one_transaction.cases import CASES
from support.one_transaction.compare import Outcome, judge
from support.one_transaction.lake import Bench
from support.one_transaction.plain import Plain, PlainTable
from support.one_transaction.steps import WEIGHTS, Sequence, Step
from support.postgres import Postgres

ROUNDS, SEQUENCES = 400, 50
_PARTITION_RENAMED = "Files have different hive partition path"
"""docs/ducklake-facts.md#renamed-partition-column: one by one it comes later."""
_KINDS = {
    "RENAME TO": "rename table",
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


def steps(texts: list[str]) -> tuple[Step, ...]:
    """Return statements with their kinds, as far as those matter."""
    return tuple(Step(next((kind for words, kind in _KINDS.items() if words in sql), ""), sql) for sql in texts)


def keys(all_steps: tuple[Step, ...], kind: str) -> tuple[str, ...]:
    """Return the keys that statements leave."""
    last = [item for item in all_steps if item.kind.endswith(kind)][-1:]
    return tuple(item.sql[-2] for item in last if item.kind == kind)


def sequence_of(before: tuple[Step, ...], body: tuple[Step, ...]) -> Sequence:
    """Return statements as a sequence, with the keys that they leave."""
    both = (*before, *body)
    return Sequence(before, body, keys(both, "partition"), keys(both, "sort"))


def outcomes(bench: Bench, plain: Plain, cases: list[Any], random: Random | None = None) -> dict[str, Outcome]:
    """Run cases in one lake; return what came of each, by its name."""
    sequences = [made(plain, sequence_of(*map(steps, item.values[:2]))) for item in cases]
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
    ducktracker. That may be right because few rows are in the catalog, where statistics of rows that are deleted again
    stay and cover what is missing, and DuckLake's own errors are others: how many rows a statement writes is not known
    before. So it must be right with files alone too. Whether DuckLake keeps a change between two RENAME TO hangs on
    what comes after; all are refused. So is a nested column whose fields one statement loses (DL402), although another
    may happen to enter all of them again.
    """
    cases = [plain.generate(random) for _ in range(count)]
    sequences = [sequence for sequence, _ in cases]
    found = judge(benches[way], cases, random, maintain=maintain)
    asked = [("each", ["wrong"])]
    asked += [("plain", ["refused", "loud"]), ("large", ["refused", "loud"])] if way == "file" else []
    wrong: dict[int, str] = {}
    for other, kinds in asked:
        doubtful = [at for at, outcome in enumerate(found) if outcome.kind in kinds]
        if other == "plain":
            doubtful = [at for at in doubtful if "between two RENAME TO" not in found[at].detail]
        if other == "large":
            doubtful = [at for at in doubtful if at in wrong]
        doubtful = [at for at in doubtful if _PARTITION_RENAMED not in found[at].detail]
        again = judge(benches[other], [made(plain, sequences[at]) for at in doubtful])
        for at, outcome in zip(doubtful, again, strict=True):
            wrong.pop(at, None)
            if outcome.kind == "right" and not (
                "DL402" in found[at].detail and is_wrong_sooner(benches, plain, sequences[at])
            ):
                wrong[at] = f"{found[at].kind}: {found[at].detail}\n{sequences[at].text()}"
    return list(wrong.values())


def is_wrong_sooner(benches: dict[str, Bench], plain: Plain, sequence: Sequence) -> bool:
    """Whether DuckLake would be wrong if the transaction ended sooner."""
    bodies = [sequence.body[:end] for end in range(1, len(sequence.body))]
    beginnings = [made(plain, sequence_of(sequence.before, body)) for body in bodies]
    return "wrong" in {outcome.kind for outcome in judge(benches["plain"], beginnings)}


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
