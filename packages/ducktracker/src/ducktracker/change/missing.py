"""What a schema has and the lake has lost: tables, columns and fields that are to come back. Pure."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dt_contract.identifiers import fold
from dt_contract.schema import Column, SchemaDocument, Table
from dt_diff.columns import nesting
from dt_diff.names import full_name, quote


class MissingColumn(NamedTuple):
    """A column or field that a table of the lake lacks: `path` leads to it, as it is wanted.

    `in_elements`: it is in the elements of a list or map, which no row's identity tells apart.
    """

    path: tuple[Column, ...]
    in_elements: bool

    @property
    def column(self) -> Column:
        """The column or field itself."""
        return self.path[-1]

    def name(self, table: Table) -> str:
        """Return its full name."""
        return ".".join([full_name(table.schema, table.name), *(quote(column.name) for column in self.path)])


class Losses(NamedTuple):
    """Tables that are not in the lake, and by table, as it is wanted, its columns that are not."""

    tables: tuple[Table, ...]
    columns: tuple[tuple[Table, tuple[MissingColumn, ...]], ...]


def losses(live: SchemaDocument, wanted: SchemaDocument) -> Losses:
    """Return what a schema of the same lake has that the live one lacks; the same is what has the same id."""
    there = {table.id: table for table in live.tables if table.id is not None}
    columns = []
    for table in wanted.tables:
        if table.id in there:
            found = missing_columns(table, there[table.id])
            columns += [(table, found)] if found else []
    return Losses(tuple(table for table in wanted.tables if table.id not in there), tuple(columns))


def missing_columns(wanted: Table, live: Table) -> tuple[MissingColumn, ...]:
    """Return the columns and fields that one version of a table has and another lacks."""
    return tuple(_missing(wanted.columns, live.columns, ()))


def _missing(
    wanted: Iterable[Column], live: Iterable[Column], path: tuple[Column, ...], *, in_elements: bool = False
) -> Iterator[MissingColumn]:
    there = {column.id: column for column in live}
    for column in wanted:
        own = (*path, column)
        now = there.get(column.id)
        if now is None:
            yield MissingColumn(own, in_elements)
        elif nesting(now) == nesting(column):
            is_within = in_elements or nesting(column) in ("list", "map")
            yield from _missing(column.fields, now.fields, own, in_elements=is_within)


class Taken(NamedTuple):
    """Two objects that would have one name: the kind and full name, and a name that is free."""

    kind: str
    name: str
    free: str


def taken_twice(schema: SchemaDocument) -> Taken | None:
    """Return the first name that two objects of a schema would have, None if each has its own."""
    relations = [(table.schema, table.name) for table in schema.tables]
    relations += [(view.schema, view.name) for view in schema.views]
    by_schema: dict[str, list[str]] = {}
    for owner, called in relations:
        by_schema.setdefault(fold(owner), []).append(called)
    for owner, names in by_schema.items():
        found = _twice(names)
        if found:
            return Taken("table", full_name(owner, found[0]), found[1])
    for table in schema.tables:
        found = _twice_in(table.columns)
        if found:
            return Taken("column", f"{full_name(table.schema, table.name)}.{quote(found[0])}", found[1])
    return None


def _twice_in(columns: tuple[Column, ...]) -> tuple[str, str] | None:
    inner = (_twice_in(column.fields) for column in columns)
    return _twice([column.name for column in columns]) or next((found for found in inner if found), None)


def _twice(names: list[str]) -> tuple[str, str] | None:
    seen: set[str] = set()
    for called in names:
        if fold(called) in seen:
            every, number = {fold(item) for item in names}, 1
            while fold(f"{called}_{number}") in every:
                number += 1
            return called, f"{called}_{number}"
        seen.add(fold(called))
    return None
