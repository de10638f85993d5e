"""What the objects are now that were lost and brought back: under their names they have other ids since."""

from collections.abc import Collection, Iterator, Sequence
from operator import attrgetter

from dt_contract.history import HistoryDocument
from dt_contract.identifiers import fold
from dt_contract.schema import Column, Table
from dt_lake.lake import Lake
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.touched import of_names, touches
from dt_snapshot.versions import Versions
from ducktracker.change.inverse import Successors
from ducktracker.drift.object_ids import Key

_EVER = -1


def successors(lake: Lake, history: HistoryDocument) -> Successors:
    """Return the ids of tables and columns now, by those under which they were lost before an undo or a revert."""
    snapshots = sorted(
        {row.lake_snapshot for row in history.rows if row.type in ("undone", "reverted") and row.lake_snapshot}
    )
    if not snapshots:
        return {}
    touched = touches(lake, snapshots[0] - 1)
    objects = {touch.object_id for touch in touched}
    known = read_versions(lake, _EVER, objects)
    names = {row.name for key in objects for row in known.tables.get(key, ())}
    versions = read_versions(lake, _EVER, objects | of_names(lake, names))
    now: dict[Key, Key] = {}
    for snapshot in snapshots:
        ids = {touch.object_id for touch in touched if touch.snapshot == snapshot}
        for lost, made in _come_back(versions, snapshot, ids):
            now |= {key: made for key, value in now.items() if value == lost}
            now[lost] = made
    return {key: value[0] if key[1] is None else value[1] or 0 for key, value in now.items()}


def _come_back(versions: Versions, snapshot: int, ids: Collection[int]) -> Iterator[tuple[Key, Key]]:
    for table in versions.at(snapshot, ids).tables:
        rows = versions.tables.get(table.id or 0, ())
        if min(row.begin for row in rows) == snapshot:
            lost = _lost_table(versions, table, snapshot)
            if lost is not None:
                yield (lost.id or 0, None), (table.id or 0, None)
                yield from _by_name(lost, table, lost.columns, table.columns)
        else:
            yield from _lost_columns(versions, table, snapshot)


def _lost_table(versions: Versions, table: Table, snapshot: int) -> Table | None:
    """The table that bore the name last before."""
    ends = {
        key: max(row.end for row in rows if row.end is not None)
        for key, rows in versions.tables.items()
        if key != table.id and all(row.end is not None and row.end <= snapshot for row in rows)
    }
    for key in sorted(ends, key=lambda key: -ends[key]):
        for lost in versions.at(ends[key] - 1, {key}).tables:
            if (fold(lost.schema), fold(lost.name)) == (fold(table.schema), fold(table.name)):
                return lost
    return None


def _by_name(
    lost: Table, table: Table, former: Sequence[Column], columns: Sequence[Column]
) -> Iterator[tuple[Key, Key]]:
    there = {fold(column.name): column for column in columns}
    for column in former:
        now = there.get(fold(column.name))
        if now is not None:
            yield (lost.id or 0, column.id), (table.id or 0, now.id)
            yield from _by_name(lost, table, column.fields, now.fields)


def _lost_columns(versions: Versions, table: Table, snapshot: int) -> Iterator[tuple[Key, Key]]:
    """The columns of a table that began at a snapshot, and those that bore their names last before."""
    rows = versions.columns.get(table.id or 0, ())
    begins: dict[int, int] = {}
    for row in rows:
        begins[row.column_id] = min(row.begin, begins.get(row.column_id, row.begin))
    live = {row.column_id for row in rows if row.begin <= snapshot and (row.end is None or row.end > snapshot)}
    came: dict[int | None, int] = {}
    made = [row for row in rows if row.begin == snapshot and begins[row.column_id] == snapshot]
    # A nested column has a lower id than its fields.
    for new in sorted(made, key=attrgetter("column_id")):
        lost = [
            row
            for row in rows
            if row.end is not None
            and row.end <= snapshot
            and row.column_id not in live
            and came.get(row.parent, row.parent) == new.parent
            and fold(row.name) == fold(new.name)
        ]
        if lost:
            former = max(lost, key=lambda row: row.end or 0)
            came[former.column_id] = new.column_id
            yield (table.id or 0, former.column_id), (table.id or 0, new.column_id)
