"""The part of a schema that some SQL is about, so that a trial of it need not make a whole large lake. Pure."""

from collections.abc import Iterable
from typing import TypeVar

from msgspec.structs import replace

from dt_contract.diff import Change
from dt_contract.identifiers import fold
from dt_contract.schema import Macro, SchemaDocument, Table, View
from dt_diff.names import identifiers
from dt_diff.sql.dependencies import mentions, sql_of

_Named = TypeVar("_Named", Table, View, Macro)


def words(texts: Iterable[str], changes: Iterable[Change], *schemas: SchemaDocument) -> set[str]:
    """Return the folded names in texts of SQL and in changes, and in the views and macros that they may mean."""
    names = [name for change in changes for name in (change.name, change.before or "")]
    found = _words(texts) | {fold(part) for name in names for part in identifiers(name)}
    definitions: list[View | Macro] = []
    for schema in schemas:
        definitions += [*schema.views, *schema.macros]
    fresh = found
    while fresh:
        named = [item for item in definitions if fold(item.name) in fresh]
        fresh = _words(text for item in named for text in sql_of(item)) - found
        found = found | fresh
    return found


def part_with(schema: SchemaDocument, names: set[str]) -> SchemaDocument:
    """Return the schema with all its schemas, and the tables, views and macros of these names."""
    return replace(
        schema,
        tables=_named(schema.tables, names),
        views=_named(schema.views, names),
        macros=_named(schema.macros, names),
    )


def _named(items: Iterable[_Named], names: set[str]) -> tuple[_Named, ...]:
    return tuple(item for item in items if fold(item.name) in names)


def _words(texts: Iterable[str]) -> set[str]:
    found = mentions(texts)
    return {*found.named, *found.called}
