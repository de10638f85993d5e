"""A table's document with a column or field added. Pure."""

from collections.abc import Sequence

from msgspec.structs import replace

from dt_contract.schema import Column, Table
from dt_diff.columns import nesting
from ducktracker.drift.carry_over import Nested


def with_column(table: Table, parent: int | None, column: Column, nested: Nested) -> Table:
    """Return the table with a column behind the others, or a field behind those of the column `parent`."""
    return replace(table, columns=_added(table.columns, parent, column, nested))


def _added(columns: Sequence[Column], parent: int | None, column: Column, nested: Nested) -> tuple[Column, ...]:
    if parent is None:
        return (*columns, column)
    return tuple(_within(item, parent, column, nested) for item in columns)


def _within(item: Column, parent: int, column: Column, nested: Nested) -> Column:
    inner = None if item.id == parent else parent
    fields = _added(item.fields, inner, column, nested) if item.id == parent or item.fields else item.fields
    return item if fields == item.fields else replace(item, fields=fields, type=nested(nesting(item), fields))


def with_changed(table: Table, column_id: int | None, **properties: bool | None) -> Table:
    """Return the table with some properties of a column or field changed."""

    def changed(column: Column) -> Column:
        if column.id == column_id:
            return replace(column, **properties)
        return replace(column, fields=tuple(map(changed, column.fields))) if column.fields else column

    return replace(table, columns=tuple(map(changed, table.columns)))


def in_order_of(columns: Sequence[Column], like: Sequence[Column], nested: Nested) -> tuple[Column, ...]:
    """Return columns in the order of others, by id, and so within them; what those lack comes last."""
    places = {column.id: place for place, column in enumerate(like)}
    ordered = sorted(columns, key=lambda column: places.get(column.id, len(places)))
    by_id = {column.id: column for column in like}
    return tuple(_ordered_fields(column, by_id.get(column.id), nested) for column in ordered)


def _ordered_fields(column: Column, like: Column | None, nested: Nested) -> Column:
    if like is None or not column.fields or nesting(column) != nesting(like):
        return column
    fields = in_order_of(column.fields, like.fields, nested)
    return column if fields == column.fields else replace(column, fields=fields, type=nested(nesting(column), fields))
