"""What bears a name that something lost is to have again: it goes first. Pure."""

from collections.abc import Sequence

from msgspec.structs import replace

from dt_contract.identifiers import fold
from dt_contract.schema import Column, SchemaDocument, Table
from dt_diff.columns import nesting
from ducktracker.change.missing import Losses
from ducktracker.drift.carry_over import Nested


def cleared(live: SchemaDocument, wanted: SchemaDocument, lost: Losses, nested: Nested) -> SchemaDocument:
    """Return the live schema with all tables under the names that are wanted, and without what is in the way.

    A table is renamed before anything else is done to it: DuckLake can't rename one that was altered before in the same
    transaction.
    """
    by_id = {table.id: table for table in wanted.tables}
    names = {_key(table.schema, table.name) for table in lost.tables}
    tables = []
    for table in live.tables:
        to = by_id.get(table.id)
        if to is None and _key(table.schema, table.name) in names:
            continue
        if to is not None and to.schema == table.schema:
            table = replace(table, name=to.name)
        tables.append(table)
    missing = {table.id for table, _ in lost.columns}
    kept = {(view.schema, view.name) for view in wanted.views}
    return replace(
        live,
        tables=tuple(
            replace(table, columns=_cleared(table.columns, by_id[table.id].columns, nested))
            if table.id in missing
            else table
            for table in tables
        ),
        views=tuple(
            view for view in live.views if (view.schema, view.name) in kept or _key(view.schema, view.name) not in names
        ),
    )


def _key(schema: str, name: str) -> tuple[str, str]:
    return fold(schema), fold(name)


def _cleared(columns: Sequence[Column], wanted: Sequence[Column], nested: Nested) -> tuple[Column, ...]:
    """Nothing is touched where no name is taken."""
    there = {column.id for column in columns}
    by_id = {column.id: column for column in wanted}
    names = {fold(column.name) for column in wanted if column.id not in there}
    if any(fold(column.name) in names for column in columns):
        names |= {fold(by_id[column.id].name) for column in columns if column.id in by_id}
        stays = [column for column in columns if column.id in by_id or fold(column.name) not in names]
        if not stays:
            taken = names | {fold(column.name) for column in columns}
            stays = [replace(columns[0], name=_free(columns[0].name, taken))]
        columns = [replace(item, name=by_id[item.id].name) if item.id in by_id else item for item in stays]
    return tuple(_inner(column, by_id.get(column.id), nested) for column in columns)


def _inner(column: Column, wanted: Column | None, nested: Nested) -> Column:
    if wanted is None or not column.fields or nesting(column) != nesting(wanted):
        return column
    fields = _cleared(column.fields, wanted.fields, nested)
    return column if fields == column.fields else replace(column, fields=fields, type=nested(nesting(column), fields))


def _free(name: str, taken: set[str]) -> str:
    number = 1
    while fold(f"{name}_{number}") in taken:
        number += 1
    return f"{name}_{number}"


def table_of(schema: SchemaDocument, table: Table) -> Table:
    """Return the table of an id in another schema document."""
    return next(item for item in schema.tables if item.id == table.id)
