"""ducktracker drift --accept: takes the live schema for the expected one, on purpose and on record."""

import zlib
from collections.abc import Sequence

import duckdb

from dt_config.config import Config
from dt_contract import codec
from dt_contract.diff import DiffDocument, Side
from dt_contract.errors import LakeBusy
from dt_contract.history import HistoryDocument
from dt_history.read import read_history
from dt_history.table import NewRow, append
from dt_lake.attach import place
from dt_lake.lake import Lake, open_lake
from dt_lake.transaction import transaction
from ducktracker.apply import is_conflict, lock
from ducktracker.commit import commit_message, current_snapshot, last_committed_snapshot
from ducktracker.copies import keep_copy
from ducktracker.drift import BaselineLost, drift_of
from ducktracker.expected import expected_snapshot
from ducktracker.ignore import without_ignored

_SCRIPT, _CHECKSUM = "<< Accepted >>", "accepted"


def accept(config: Config, reason: str, rules: Sequence[str]) -> DiffDocument:
    """Appends a row to the history that makes the live schema the baseline, with the reason and the diff in it.

    Gives the diff; without any change nothing is appended. Where the baseline itself is lost, the diff says that
    nothing could be compared. Raises InputError where the history names no baseline, and LakeBusy when
    somebody changed the lake meanwhile.
    """
    with open_lake(config, write=True) as lake:
        with transaction(lake.connection):
            seen = current_snapshot(lake)
            history = read_history(lake)
            diff, _ = without_ignored(_drift(lake, history), rules)
        if diff.changes or "schema" in diff.not_compared:
            _append(lake, history, NewRow("accepted", None, reason, _SCRIPT, _CHECKSUM, data=_packed(diff)), seen)
            keep_copy(lake, last_committed_snapshot(lake))
    return diff


def told(diff: DiffDocument) -> str:
    """Gives the line that tells what was accepted."""
    if diff.changes:
        return "accepted: the live schema is the expected one from now on"
    if "schema" in diff.not_compared:
        return f"accepted without a comparison: {diff.expected.name} is known no more"
    return "there is no drift to accept; nothing was written"


def _drift(lake: Lake, history: HistoryDocument) -> DiffDocument:
    try:
        return drift_of(lake, history)
    except BaselineLost:
        return DiffDocument(
            expected=Side(name=f"lake snapshot {expected_snapshot(history)}", lake=history.lake),
            actual=Side(name="live", lake=history.lake),
            not_compared=("schema", "options"),
        )


def _append(lake: Lake, history: HistoryDocument, row: NewRow, seen: int) -> None:
    rank = max(item.installed_rank for item in history.rows) + 1
    busy = LakeBusy(
        "somebody changed the lake at the same time",
        place=place(lake.config.connection),
        hint="nothing was lost; run again",
    )
    try:
        with transaction(lake.connection):
            if current_snapshot(lake) != seen:
                raise busy
            commit_message(lake, f"drift accepted: {row.description}")
            lock(lake, "drift --accept")
            append(lake, rank, [row])
    except duckdb.TransactionException as error:
        if not is_conflict(error):
            raise
        raise busy from None


def accepted_diff(data: bytes) -> DiffDocument:
    """Gives the diff that a row of an acceptance carries."""
    return codec.decode(zlib.decompress(data), DiffDocument, reader="ducktracker log", source="the history")


def _packed(diff: DiffDocument) -> bytes:
    return zlib.compress(codec.encode(diff), 1)
