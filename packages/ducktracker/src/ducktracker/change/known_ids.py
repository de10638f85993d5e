"""A schema that a lake had, with ids for all that it names, so that everything can be told by its id. Pure."""

from collections.abc import Iterator, Sequence
from itertools import count

from msgspec.structs import replace

from dt_contract.identifiers import fold
from dt_contract.schema import Column, SchemaDocument


def with_known_ids(live: SchemaDocument, wanted: SchemaDocument) -> SchemaDocument:
    """Return the wanted schema with the ids of live schemas where it names them, and ids below 0 for lost columns.

    A schema is nothing but its name. A column has no id if the lake has no record of it.
    """
    ids = {schema.id for schema in live.schemas}
    named = {fold(schema.name): schema.id for schema in live.schemas}
    unknown = count(-1, -1)
    return replace(
        wanted,
        schemas=tuple(
            schema if schema.id in ids else replace(schema, id=named.get(fold(schema.name), schema.id))
            for schema in wanted.schemas
        ),
        tables=tuple(replace(table, columns=_known(table.columns, unknown)) for table in wanted.tables),
    )


def _known(columns: Sequence[Column], unknown: Iterator[int]) -> tuple[Column, ...]:
    return tuple(
        replace(
            column,
            id=next(unknown) if column.id is None else column.id,
            fields=_known(column.fields, unknown) if column.fields else (),
        )
        for column in columns
    )
