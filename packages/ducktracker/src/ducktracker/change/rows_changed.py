"""The rows that a lake snapshot changed, and the SQL that makes them what they were.

A row is the same by its rowid. Only what both versions of a table have is compared.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from msgspec.structs import replace

from dt_contract.errors import Refused
from dt_contract.history import HistoryDocument
from dt_contract.schema import Column, SchemaDocument, Table
from dt_diff.columns import nesting
from dt_diff.names import full_name
from dt_diff.sql.names import Home, sql_name
from dt_lake.lake import Lake
from dt_lake.sql import name
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.queries import fill
from ducktracker.change.inverse import Successors, renumbered
from ducktracker.change.restoration import Piece
from ducktracker.change.values import replaced, shaped

_CHANGES = "SELECT changes_made FROM @ducklake_snapshot_changes WHERE snapshot_id = {snapshot}"
_ROWS = re.compile(r"(?:inserted_into_table|deleted_from_table|inlined_insert|inlined_delete):(\d+)")
_ROW = "ducktracker_row"
_DIFFERING = """
SELECT coalesce(o.{row}, n.{row}) AS {row}, o.{row} IS NULL AS came, n.{row} IS NULL AS went
FROM ({before}) AS o FULL JOIN ({after}) AS n ON o.{row} = n.{row}
WHERE o.{row} IS NULL OR n.{row} IS NULL OR o.ducktracker_values IS DISTINCT FROM n.ducktracker_values
""".strip()


class ChangedRows(NamedTuple):
    """A table as it was before and after a lake snapshot, and how many rows of it differ."""

    before: Table
    after: Table
    rows: int


class RowsChanged:
    """What a lake snapshot did to the rows of tables that were there before it, and are still there."""

    def __init__(self, lake: Lake, snapshot: int, live: SchemaDocument, now: Successors) -> None:
        """`now` has the ids of what came back since; a table that did has other rows, by which nothing can be told."""
        self._lake = lake
        self._snapshot = snapshot
        self._now = now
        self._home = Home(lake.config.migrations.target_schema, lake.catalog)
        self._live = {table.id: table for table in live.tables}
        with self._in_use():
            self._tables = [item for item in self._read() if item.rows]

    def told(self, *, are_back: bool) -> tuple[str, ...]:
        """Return a line for each table whose rows come back, or stay as the snapshot left them."""
        lines = []
        for item in self._tables:
            table = self._live[item.before.id]
            rows = f"{item.rows:,} row{'' if item.rows == 1 else 's'}"
            stay = "stays" if item.rows == 1 else "stay"
            what = "as before" if are_back else f"that changed {stay} so; --rows takes that back too"
            lines.append(f"{full_name(table.schema, table.name)}: {rows} {what}")
        return tuple(lines)

    def moved(self) -> tuple[str, ...]:
        """Return a line for each table whose columns are in another order now: what is run again may depend on it."""
        tables = ((item.before, self._live[item.before.id]) for item in self._tables)
        return tuple(
            f"{full_name(now.schema, now.name)}: its columns are in another order than before, so that an INSERT "
            "without a column list, run again, puts values into other columns"
            for before, now in tables
            if _order(before, now) != _order(now, before)
        )

    def check(self, ours: Collection[int]) -> None:
        """Raise Refused for rows that were changed again since, but by an undo or a revert, in the snapshots `ours`."""
        for item in self._tables:
            table = self._live[item.before.id]
            listed = ", ".join(map(str, sorted(ours))) or "NULL"
            query = (
                f"SELECT count(*) FROM {self._home.name(table.schema, table.name)} AS t "
                f"WHERE t.snapshot_id > {self._snapshot} AND (t.snapshot_id IN ({listed})) IS NOT TRUE "
                f"AND t.rowid IN (SELECT {_ROW} FROM ({self._differing(item.before, item.after)}) WHERE NOT went)"
            )
            with self._in_use():
                ((rows,),) = self._lake.connection.execute(query).fetchall()
            if rows:
                were = "row was" if rows == 1 else "rows were"
                raise Refused(
                    f"{full_name(table.schema, table.name)}: {rows:,} {were} changed again since, "
                    "so that what was before can't come back",
                    hint="`ducktracker undo` without --rows leaves all rows as they are",
                )

    def pieces(self, schema: SchemaDocument) -> Iterator[Piece]:
        """Yield what takes the rows back, once the schema is as it will be."""
        wanted = {table.id: table for table in schema.tables}
        for number, item in enumerate(self._tables):
            if item.before.id in wanted:
                yield self._piece(number, wanted[item.before.id], item)

    def _read(self) -> Iterator[ChangedRows]:
        query = fill(self._lake, _CHANGES.format(snapshot=self._snapshot))
        made = "".join(str(text) for (text,) in self._lake.connection.execute(query).fetchall())
        ids = {int(key) for key in _ROWS.findall(made)} & self._live.keys()
        versions = read_versions(self._lake, self._snapshot - 1, {key for key in ids if key is not None})
        after = {table.id: table for table in renumbered(versions.at(self._snapshot, ids), self._now).tables}
        for before in renumbered(versions.at(self._snapshot - 1, ids), self._now).tables:
            if before.id in after:
                query = f"SELECT count(*) FROM ({self._differing(before, after[before.id])})"
                ((rows,),) = self._lake.connection.execute(query).fetchall()
                yield ChangedRows(before, after[before.id], rows)

    def _differing(self, before: Table, after: Table) -> str:
        return _DIFFERING.format(
            row=_ROW,
            before=self._values(before, after, before, self._snapshot - 1),
            after=self._values(before, after, after, self._snapshot),
        )

    def _values(self, before: Table, after: Table, own: Table, at: int) -> str:
        """The rows of one of two versions, with what both have."""
        there = {column.id: column for column in after.columns}
        mine = {column.id: column for column in own.columns}
        common = [_common(column, there[column.id]) for column in before.columns if column.id in there]
        values = [shaped(column, mine[column.id], sql_name(mine[column.id].name)) for column in common]
        packed = f"row({', '.join(values)})" if values else "NULL"
        table = self._home.name(own.schema, own.name)
        return f"SELECT rowid AS {_ROW}, {packed} AS ducktracker_values FROM {table} AT (VERSION => {at})"

    def _piece(self, number: int, table: Table, item: ChangedRows) -> Piece:
        was = {column.id: column for column in item.before.columns}
        columns = [column for column in table.columns if column.id in was]
        values = ", ".join(
            f"{shaped(column, was[column.id], sql_name(was[column.id].name))} AS ducktracker_value_{place}"
            for place, column in enumerate(columns)
        )
        old, changed = f"ducktracker_rows_{number}", f"ducktracker_changed_{number}"
        then = self._home.name(item.before.schema, item.before.name)
        own, named = sql_name(table.name), self._home.name(table.schema, table.name)
        sets = ", ".join(
            f"{sql_name(column.name)} = {_set(column, was[column.id], own, f'{old}.ducktracker_value_{place}')}"
            for place, column in enumerate(columns)
        )
        listed = ", ".join(sql_name(column.name) for column in columns)
        inserted = ", ".join(f"ducktracker_value_{place}" for place in range(len(columns)))
        of_kind = f"SELECT {_ROW} FROM {changed} WHERE"
        return Piece(
            (
                f"CREATE OR REPLACE TEMP TABLE {changed} AS\n{self._differing(item.before, item.after)}",
                f"CREATE OR REPLACE TEMP TABLE {old} AS\n"
                f"SELECT rowid AS {_ROW}, {values} FROM {then} AT (VERSION => {self._snapshot - 1})\n"
                f"WHERE rowid IN ({of_kind} NOT came)",
            ),
            (
                f"DELETE FROM {named} AS {own} WHERE {own}.rowid IN ({of_kind} came)",
                f"UPDATE {named} AS {own} SET {sets}\nFROM {old} WHERE {own}.rowid = {old}.{_ROW} "
                f"AND {old}.{_ROW} IN ({of_kind} NOT went)",
                f"INSERT INTO {named} ({listed})\nSELECT {inserted} FROM {old} WHERE {_ROW} IN ({of_kind} went)\n"
                f"ORDER BY {_ROW}",
            ),
        )

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        self._lake.connection.execute(f"USE {name(self._lake.catalog, self._home.schema)}")
        try:
            yield
        finally:
            self._lake.connection.execute("USE memory.main")


def ours(history: HistoryDocument) -> set[int]:
    """Return the lake snapshots of undos and reverts, which write rows again as they were."""
    return {
        row.lake_snapshot
        for row in history.rows
        if row.type in ("undone", "reverted") and row.lake_snapshot is not None
    }


def _set(column: Column, was: Column, own: str, value: str) -> str:
    """The value that a column had; fields that it had not stay as they are."""
    if not column.fields or {field.id for field in column.fields} <= {field.id for field in was.fields}:
        return value
    if nesting(column) != "struct":
        return f"{own}.{sql_name(column.name)}"
    had = {field.id for field in was.fields}
    fields = {field.id or 0: f"{value}.{sql_name(field.name)}" for field in column.fields if field.id in had}
    return replaced(column, f"{own}.{sql_name(column.name)}", fields)


def _common(before: Column, after: Column) -> Column:
    """A column with the fields that both have."""
    there = {field.id: field for field in after.fields}
    if nesting(before) != nesting(after) or not before.fields:
        return before
    return replace(before, fields=tuple(_common(item, there[item.id]) for item in before.fields if item.id in there))


def _order(table: Table, other: Table) -> list[int | None]:
    """The ids of the columns that another version of the table has too."""
    there = {column.id for column in other.columns}
    return [column.id for column in table.columns if column.id in there]
