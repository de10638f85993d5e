"""The newest point at which it is known what is expected of the lake."""

from collections.abc import Sequence
from typing import NamedTuple

from dt_contract.history import HistoryDocument, HistoryRow
from dt_contract.schema import SchemaDocument
from dt_history.expected_rows import ExpectedLost, made_by_us, newest_expected
from dt_lake.lake import Lake
from dt_snapshot.commits import commits
from ducktracker.drift.schema_copies import Copy, Expected, copy_ranks, drifted_of, read_copies, schema_of


class Start(NamedTuple):
    """The newest point at which it is known what is expected; `rank` is that of the last row that it covers.

    `drifted` are the expected versions of what had drifted, and `copy` is one of the lake as it was there.
    `options_rank` is that of the last row whose options are known.
    """

    snapshot: int
    rank: int = 0
    copy: Copy | None = None
    expected: Expected = Expected()
    drifted: SchemaDocument = SchemaDocument()
    options_rank: int = 0


def find_start(lake: Lake, history: HistoryDocument) -> Start:
    """Return the newest copy that says what is expected, else the lake at its baseline or when it was empty."""
    ranks = copy_ranks(history)
    newest = list(read_copies(lake, ranks[-1:]))
    copies = newest if newest and newest[0].header.expected else list(read_copies(lake, ranks))
    for copy in copies:
        drifted = drifted_of(copy) if copy.header.expected else None
        if copy.header.expected and drifted is not None:
            return Start(copy.header.snapshot, copy.rank, copy, copy.header.expected, drifted, copy.rank)
    return _first(lake, history, copies)


def _first(lake: Lake, history: HistoryDocument, former: Sequence[Copy]) -> Start:
    """Copies of the former form are of the lake as it was, and know its options."""
    copy = next(iter(former), None)
    options = Expected(options=copy.header.options, options_since=copy.header.snapshot) if copy else Expected()
    known = copy.rank if copy else 0
    resets = [row for row in made_by_us(history) if row.type in ("baseline", "accepted")]
    origin, rank = (resets[-1].lake_snapshot or 0, resets[-1].installed_rank) if resets else (0, 0)
    known_by = {origin} | needed(made_by_us(history, rank))
    if known_by <= commits(lake, known_by).keys():
        return Start(origin, rank, expected=options, options_rank=known)
    if copy is None:
        raise lost(history)
    if copy.header.snapshot == origin:
        return Start(origin, copy.rank, copy, options, options_rank=known)
    known_since = Expected(
        options=options.options, options_since=options.options_since, known_since=copy.header.snapshot
    )
    return Start(copy.header.snapshot, copy.rank, copy, known_since, options_rank=known)


def needed(rows: Sequence[HistoryRow]) -> set[int]:
    """Return the snapshots by which it is known what rows of ours changed: theirs and the ones before."""
    snapshots = {row.lake_snapshot or 0 for row in rows}
    return snapshots | {snapshot - 1 for snapshot in snapshots}


def lost(history: HistoryDocument) -> ExpectedLost:
    """Return the error for what is not known any more."""
    return ExpectedLost(
        f"lake snapshot {newest_expected(history)}, the last that ducktracker made, was expired, "
        "and the history holds no copy of its schema",
        hint='if the live schema is as it should be: ducktracker drift --accept "why"',
    )


def whole_at(lake: Lake, history: HistoryDocument, start: Start) -> SchemaDocument:
    """Return the schema of the copy at the start. Raise ExpectedLost if there is none that can be read."""
    schema = schema_of(lake, start.copy) if start.copy else None
    if schema is None:
        raise lost(history)
    return schema
