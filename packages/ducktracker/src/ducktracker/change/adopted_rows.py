"""The rows of an adoption: its files as applied, and from now on their changes as expected, in one transaction."""

from collections.abc import Sequence
from typing import NamedTuple

from dt_contract.history import HistoryDocument
from dt_contract.migrations import Migration
from dt_history.commit import current_snapshot
from dt_history.expected_rows import PARTLY_ACCEPTED
from dt_history.table import NewRow, row_of
from dt_history.tail import HistoryTail
from dt_history.widen import widen
from dt_history.writer import Overtaken, appending
from dt_lake.lake import Lake
from ducktracker.change.drifted import Drifted
from ducktracker.drift.accept import packed_diff
from ducktracker.drift.checkpoint import accepted_copy, accepted_part, keep_copy


class Occasion(NamedTuple):
    """The script and the description of the row that accepts the drift."""

    script: str
    description: str


def record(
    lake: Lake,
    drift: Drifted,
    history: HistoryDocument,
    tail: HistoryTail,
    migrations: Sequence[Migration],
    occasion: Occasion | None = None,
) -> int:
    """Record migrations as applied, with the drift that they adopt, and return the lake snapshot of that.

    Without an occasion they were made of the drift.

    Raise Overtaken if anybody changed the lake since the tail was read.
    """
    accepted = accepted_part(drift.look, drift.diff.changes)
    names = [migration.script for migration in migrations]
    seen = tail.lake_snapshot or 0
    if widen(lake, history, [migration.version for migration in migrations]):
        seen += 1
    script, what = occasion or Occasion("<< Adopted >>", _what(names))
    row = NewRow("accepted", None, what, script, PARTLY_ACCEPTED, data=packed_diff(drift.diff))
    with appending(lake, what, names, tail=tail, last=names[-1]) as writer:
        if current_snapshot(lake) != seen:
            raise Overtaken(lake)
        copy = accepted_copy(lake, history, seen, accepted)
        # After the copy, which says what is expected of all that came before it.
        writer.append([row, copy, *map(row_of, migrations)])
    keep_copy(lake, writer.snapshot)
    return writer.snapshot


def _what(names: Sequence[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"drift adopted as {names[0]}{more}"
