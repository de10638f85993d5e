"""Who is who between two readings of an uncommitted schema. Pure.

DuckDB's catalog functions give names; whether a name is still the same object follows from the one statement
that ran between the readings.
"""

from collections.abc import Iterable
from itertools import count
from typing import TypeVar

from msgspec.structs import replace

from dt_contract.schema import Column, SchemaDocument, Table, View
from ducktracker.stated import stated
from ducktracker.statements import Statement

Name = tuple[str, str]
T = TypeVar("T")
LAKE = "rehearsal"
_RENAMES = {"rename", "rename_column"}
_fresh = count(1)


def first(schema: SchemaDocument) -> SchemaDocument:
    """Gives a reading with an identity for every object."""
    return carry(SchemaDocument(), schema, None)


def carry(before: SchemaDocument, after: SchemaDocument, statement: Statement | None) -> SchemaDocument:
    """Gives the later reading with the identities of the earlier one.

    An object keeps its identity under its name, and takes it along in a RENAME; CREATE OR REPLACE TABLE ends it.
    `statement` is null where nothing ran that renames, drops or replaces.
    """
    old_tables = {(table.schema, table.name): table for table in before.tables}
    old_views = {(view.schema, view.name): view for view in before.views}
    if statement is not None and statement.effect.action in _RENAMES:
        old_tables |= _renamed(old_tables, {(table.schema, table.name) for table in after.tables})
        old_views |= _renamed(old_views, {(view.schema, view.name) for view in after.views})
    return replace(
        after,
        lake=replace(after.lake, id=LAKE),
        tables=tuple(_table(old_tables.get((table.schema, table.name)), table, statement) for table in after.tables),
        views=tuple(_view(old_views.get((view.schema, view.name)), view) for view in after.views),
    )


def with_metadata(reading: SchemaDocument, live: SchemaDocument) -> SchemaDocument:
    """Gives the reading with what only the metadata know: comments on tables, partitioning, sorting."""
    known = {(table.schema, table.name): table for table in live.tables}
    return replace(reading, tables=tuple(_known(known.get((item.schema, item.name)), item) for item in reading.tables))


def of_the_same(reading: SchemaDocument, base: SchemaDocument) -> SchemaDocument:
    """Gives the reading without the tables and columns that the base does not have."""
    columns = {table.uuid: {column.id for column in table.columns} for table in base.tables}
    return replace(
        reading,
        tables=tuple(
            replace(table, columns=tuple(column for column in table.columns if column.id in columns[table.uuid]))
            for table in reading.tables
            if table.uuid in columns
        ),
    )


def _known(known: Table | None, table: Table) -> Table:
    if known is None:
        return table
    return replace(table, comment=known.comment, partition_by=known.partition_by, sorted_by=known.sorted_by)


def _renamed(old: dict[Name, T], names: set[Name]) -> dict[Name, T]:
    """The object whose name is gone goes by the name that came; one statement renames one object."""
    gone, come = [name for name in old if name not in names], [name for name in names if name not in old]
    return {come[0]: old[gone[0]]} if len(gone) == len(come) == 1 else {}


def _table(old: Table | None, table: Table, statement: Statement | None) -> Table:
    if old is None or (statement is not None and statement.effect.creates == "table" and old.id != table.id):
        return replace(table, uuid=str(next(_fresh)), columns=_columns((), table.columns, renames=False))
    kept = replace(
        table,
        uuid=old.uuid,
        comment=old.comment,
        partition_by=old.partition_by,
        sorted_by=old.sorted_by,
        columns=_columns(
            old.columns, table.columns, renames=statement is not None and statement.effect.action in _RENAMES
        ),
    )
    return stated(statement, kept) if statement is not None and old.id != table.id else kept


def _view(old: View | None, view: View) -> View:
    return replace(view, uuid=old.uuid if old else str(next(_fresh)))


def _columns(old: Iterable[Column], columns: Iterable[Column], *, renames: bool) -> tuple[Column, ...]:
    by_name = {column.name: column for column in old}
    names = {column.name for column in columns}
    gone = [name for name in by_name if name not in names]
    come = [name for name in names if name not in by_name]
    if renames and len(gone) == len(come) == 1:
        by_name[come[0]] = by_name[gone[0]]
    return tuple(_column(by_name.get(column.name), column, renames=renames) for column in columns)


def _column(old: Column | None, column: Column, *, renames: bool) -> Column:
    fields = _columns(old.fields if old else (), column.fields, renames=renames)
    return replace(column, id=old.id if old else next(_fresh), fields=fields)
