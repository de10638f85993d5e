"""ducktracker drift --accept: takes the live schema for the expected one, on purpose and on record."""

from collections.abc import Sequence

from dt_config.config import Config
from dt_contract import codec
from dt_contract.diff import DiffDocument, Side
from dt_contract.errors import InputError
from dt_contract.history import HistoryDocument
from dt_history.commit import current_snapshot
from dt_history.packed import Damaged, pack, unpack
from dt_history.read import read_history
from dt_history.table import NewRow
from dt_history.tail import HistoryTail
from dt_history.writer import Overtaken, appending
from dt_lake.lake import Lake
from dt_lake.transaction import transaction
from ducktracker.checkpoint import accepted_copy
from ducktracker.drift import EXPECTED, drift_of
from ducktracker.expected import BaselineLost, expected_snapshot
from ducktracker.ignore import without_ignored
from ducktracker.waiting import open_for_writing

_SCRIPT, _CHECKSUM = "<< Accepted >>", "accepted"


def accept(config: Config, reason: str, rules: Sequence[str]) -> DiffDocument:
    """Appends a row to the history that makes the live schema the baseline, with the reason and the diff in it.

    Gives the diff; without any change nothing is appended. Where the baseline itself is lost, the diff says that
    nothing could be compared. Raises InputError where the history names no baseline, and LakeBusy when
    somebody changed the lake meanwhile.
    """
    with open_for_writing(config) as lake:
        with transaction(lake.connection):
            seen = current_snapshot(lake)
            history = read_history(lake)
            diff, _ = without_ignored(_drift(lake, history), rules)
        if diff.changes or diff.not_compared:
            row = NewRow("accepted", None, reason, _SCRIPT, _CHECKSUM, data=_packed(diff))
            _append(lake, history, HistoryTail.of(history, seen), row)
    return diff


def told(diff: DiffDocument) -> str:
    """Gives the line that tells what was accepted."""
    if diff.changes:
        return "accepted: the live schema is the expected one from now on"
    if "schema" in diff.not_compared:
        return "accepted without a comparison: what the migrations made is not known any more"
    if diff.not_compared:
        return "accepted: nothing is unknown from now on"
    return "there is no drift to accept; nothing was written"


def _drift(lake: Lake, history: HistoryDocument) -> DiffDocument:
    try:
        return drift_of(lake, history)
    except BaselineLost:
        expected_snapshot(history)
        return DiffDocument(
            expected=Side(name=EXPECTED, lake=history.lake),
            actual=Side(name="live", lake=history.lake),
            not_compared=("schema", "options"),
        )


def _append(lake: Lake, history: HistoryDocument, tail: HistoryTail, row: NewRow) -> None:
    """What was compared is accepted, and nothing that came after it; row and copy are one transaction."""
    what = f"drift accepted: {row.description}"
    with appending(lake, what, tail=tail, last="drift --accept") as writer:
        if current_snapshot(lake) != tail.lake_snapshot:
            raise Overtaken(lake)
        writer.append([row, accepted_copy(lake, history, tail.lake_snapshot)])


def accepted_diff(data: bytes) -> DiffDocument:
    """Return the diff that a row of an acceptance carries. Raise InputError if it carries none."""
    try:
        return codec.decode(unpack(data), DiffDocument, reader="ducktracker log", source="the history")
    except Damaged as error:
        raise InputError(f"the data of an accepted drift {error}", place="the history") from None


def _packed(diff: DiffDocument) -> bytes:
    return pack(codec.encode(diff))
