"""A schema in which some objects are otherwise. Pure."""

from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import TypeVar

from msgspec.structs import replace

from dt_contract.schema import Macro, Schema, SchemaDocument, Table, View

_Object = TypeVar("_Object", Schema, Table, View, Macro)
_NAMED = attrgetter("schema", "name")


def patched(schema: SchemaDocument, objects: Collection[int], as_now: SchemaDocument) -> SchemaDocument:
    """Return the schema with the objects of these ids as they are in `as_now`, or without them where they are not."""
    return replace(
        schema,
        schemas=tuple(sorted(_taken(schema.schemas, objects, as_now.schemas), key=attrgetter("name"))),
        tables=tuple(sorted(_taken(schema.tables, objects, as_now.tables), key=_NAMED)),
        views=tuple(sorted(_taken(schema.views, objects, as_now.views), key=_NAMED)),
        macros=tuple(sorted(_taken(schema.macros, objects, as_now.macros), key=attrgetter("schema", "name", "kind"))),
    )


def _taken(old: Iterable[_Object], objects: Collection[int], new: Iterable[_Object]) -> list[_Object]:
    return [item for item in old if item.id not in objects] + list(new)
