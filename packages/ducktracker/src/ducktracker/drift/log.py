"""ducktracker log: the history of the lake's schema, snapshot by snapshot."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import cast, get_args

import msgspec

from dt_config.config import Config
from dt_contract.diff import Change
from dt_contract.errors import InputError
from dt_contract.history import HistoryDocument, HistoryRow
from dt_contract.log import Entry, EntryKind, LogDocument
from dt_diff.compare import count
from dt_diff.names import full_name, identifiers
from dt_history.data import read_data
from dt_history.expected_rows import check_snapshots, makes_expected
from dt_history.read import read_history
from dt_lake.attach import place
from dt_lake.lake import Lake, open_lake
from dt_lake.transaction import transaction
from dt_snapshot.commits import Commit, commits
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.touched import Touch, named, schemas_with, touches
from ducktracker.drift.accept import accepted_diff
from ducktracker.drift.timeline import Step, steps

_UNKNOWN = Commit(None, None, None)


class Selection(msgspec.Struct, frozen=True):
    """What of the log is asked for: at most `number` entries, of one table, or those that no migration made."""

    number: int | None = None
    table: str | None = None
    out_of_band: bool = False


def log(config: Config, selection: Selection) -> LogDocument:
    """Return the log, newest first. Raises InputError for a table that the lake never had."""
    with open_lake(config) as lake, transaction(lake.connection):
        history = read_history(lake)
        check_snapshots(history)
        entries = islice(_entries(lake, history, selection), selection.number)
        return LogDocument(lake=history.lake, table=selection.table, entries=tuple(entries))


def _entries(lake: Lake, history: HistoryDocument, selection: Selection) -> Iterator[Entry]:
    rows = _rows_by_snapshot(history)
    first = min((row.lake_snapshot for row in history.rows if row.lake_snapshot is not None), default=None)
    since = (first or 0) - 1 if selection.out_of_band else -1
    only = _objects(lake, selection.table) if selection.table is not None else None
    touched = [touch for touch in touches(lake, since) if only is None or touch.object_id in only]
    versions = read_versions(lake, since, {touch.object_id for touch in touched})
    known = commits(lake, {*rows, *(touch.snapshot for touch in touched)})
    accepted = _accepted(lake, history)
    grouped: dict[int, list[Touch]] = {snapshot: [] for snapshot in rows} if only is None else {}
    for touch in touched:
        grouped.setdefault(touch.snapshot, []).append(touch)
    for snapshot in sorted(grouped, reverse=True):
        step = next(steps(versions, grouped[snapshot]), Step(snapshot, ()))
        changes = accepted.get(snapshot) or tuple(located.change for located in step.changes)
        entry = _entry(snapshot, changes, rows.get(snapshot, ()), known.get(snapshot, _UNKNOWN), first)
        is_shown = entry.changes or (only is None and entry.scripts)
        if is_shown and (entry.kind == "out-of-band" or not selection.out_of_band):
            yield entry


def _accepted(lake: Lake, history: HistoryDocument) -> dict[int, tuple[Change, ...]]:
    """The changes that were accepted, by the snapshot of the acceptance."""
    snapshots = {row.installed_rank: row.lake_snapshot or 0 for row in history.rows if row.type == "accepted"}
    data = read_data(lake, snapshots)
    return {snapshots[rank]: accepted_diff(packed).changes for rank, packed in data.items()}


def _objects(lake: Lake, table: str) -> Collection[int]:
    parts = identifiers(table)
    schema = parts[0] if len(parts) == 2 else lake.config.migrations.target_schema
    found = named(lake, schema, parts[-1]) if 1 <= len(parts) <= 2 else set()
    if not found:
        elsewhere = sorted(schemas_with(lake, parts[-1])) if parts else []
        hint = f"--table {full_name(elsewhere[0], parts[-1])}" if elsewhere else None
        message = f"the lake has never had a table {full_name(schema, *parts[-1:])}"
        raise InputError(message, place=place(lake.config.connection), hint=hint)
    return found


def _rows_by_snapshot(history: HistoryDocument) -> Mapping[int, Sequence[HistoryRow]]:
    rows: dict[int, list[HistoryRow]] = {}
    for row in history.rows:
        if makes_expected(row) and row.lake_snapshot is not None:
            rows.setdefault(row.lake_snapshot, []).append(row)
    return rows


def _entry(
    snapshot: int, changes: tuple[Change, ...], rows: Sequence[HistoryRow], commit: Commit, first: int | None
) -> Entry:
    row = rows[0] if rows else None
    return Entry(
        lake_snapshot=snapshot,
        kind=_kind(row, is_earlier=first is None or snapshot < first),
        time=commit.time or (row.installed_on if row else None),
        author=commit.author or (row.installed_by if row else None),
        message=commit.message,
        scripts=tuple(row.script for row in rows),
        note=row.description if row and (len(rows) == 1 or row.type == "accepted") else None,
        counts=count(changes),
        changes=changes,
    )


def _kind(row: HistoryRow | None, *, is_earlier: bool) -> EntryKind:
    if row is None:
        return "earlier" if is_earlier else "out-of-band"
    return cast(EntryKind, row.type) if row.type in get_args(EntryKind) else "migration"
