"""Where in the lake's past something is found that it has lost: a lake snapshot, and the names that it had then."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from dt_contract.errors import Refused
from dt_contract.schema import Column, Table
from dt_lake.lake import Lake
from dt_snapshot.commits import commits
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.rows import ColumnRow, TableRow

_EVER = -1


class Found(NamedTuple):
    """A table as it was in the last lake snapshot that had what was looked for."""

    snapshot: int
    table: Table


class Past:
    """The past of some tables. What is looked for is known by its id, whatever its names were."""

    def __init__(self, lake: Lake, tables: Collection[int]) -> None:
        self._versions = read_versions(lake, _EVER, tables)
        self._tables = {key: _end(self._versions.tables.get(key, ())) for key in tables}
        self._columns: dict[tuple[int, int], int | None] = {}
        for key in tables:
            rows: dict[int, list[ColumnRow]] = {}
            for row in self._versions.columns.get(key, ()):
                rows.setdefault(row.column_id, []).append(row)
            self._columns |= {(key, column): _end(versions) for column, versions in rows.items()}
        ends = {*self._tables.values(), *self._columns.values()}
        self._known = commits(lake, [end - 1 for end in ends if end is not None]).keys()

    def table(self, table_id: int, name: str) -> Found | None:
        """Return a table that the lake has lost, None if the lake has no record of it.

        Raises Refused if the last snapshot that had it was expired; `name` is what that calls it.
        """
        end = self._tables.get(table_id)
        return None if end is None else self._at(end - 1, table_id, name)

    def column(self, table_id: int, column_id: int | None, name: str) -> Found | None:
        """Return the table as it was when it last had a column or field, as `table` does."""
        key = (table_id, -1 if column_id is None else column_id)
        if key not in self._columns:
            return None
        ends = [end for end in (self._columns[key], self._tables.get(table_id)) if end is not None]
        return self._at(min(ends) - 1, table_id, name) if ends else None

    def _at(self, snapshot: int, table_id: int, name: str) -> Found:
        if snapshot not in self._known:
            raise Refused(
                f"{name} can't come back: lake snapshot {snapshot}, the last that had it, was expired",
                hint='to accept that it is gone: ducktracker drift --accept "why" --only PATTERN',
            )
        (table,) = self._versions.at(snapshot, {table_id}).tables
        return Found(snapshot, table)


def _end(rows: Iterable[TableRow] | Iterable[ColumnRow]) -> int | None:
    """When the last version ended, None if it lives, or if there is none."""
    ends = [row.end for row in rows]
    return None if None in ends else max((end for end in ends if end is not None), default=None)


def path_to(columns: Iterable[Column], column_id: int | None) -> tuple[Column, ...]:
    """Return a column or field by its id, behind those that it is in; empty if it isn't there."""
    for column in columns:
        if column.id == column_id:
            return (column,)
        inner = path_to(column.fields, column_id)
        if inner:
            return (column, *inner)
    return ()
