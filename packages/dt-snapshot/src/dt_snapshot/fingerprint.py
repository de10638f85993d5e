"""The fingerprint of a schema: equal for equal schemas, in whatever lake and whatever way they came about."""

import hashlib
from operator import attrgetter
from typing import Any

import msgspec

from dt_contract.schema import COLUMN_PROPERTIES, TABLE_PROPERTIES, Column, SchemaDocument

_SCHEMA = attrgetter("name", "options")
_TABLE = attrgetter(*TABLE_PROPERTIES)
_COLUMN = attrgetter(*COLUMN_PROPERTIES)
_VIEW = attrgetter("schema", "name", "column_aliases", "sql", "comment")
_MACRO = attrgetter("schema", "name", "kind", "overloads")


def fingerprint(schema: SchemaDocument) -> str:
    """Return `sha256-v1:` and a hash over everything that is the same in two lakes of the same schema.

    Identities (ids, uuids), times and snapshot numbers are left out; so are options that are not known.
    """
    parts: list[Any] = [
        list(map(_SCHEMA, schema.schemas)),
        [(_TABLE(table), _columns(table.columns)) for table in schema.tables],
        list(map(_VIEW, schema.views)),
        list(map(_MACRO, schema.macros)),
        schema.options or {},
    ]
    return "sha256-v1:" + hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()


def _columns(columns: tuple[Column, ...]) -> list[Any]:
    """The columns make up nearly all of a large schema."""
    return [(_COLUMN(column), _columns(column.fields)) if column.fields else _COLUMN(column) for column in columns]
