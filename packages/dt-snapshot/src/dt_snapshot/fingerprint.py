"""The fingerprint of a schema: equal for equal schemas, in whatever lake and whatever way they came about."""

import hashlib
from operator import attrgetter
from typing import Any

import msgspec

from dt_contract.schema import Column, SchemaDocument

_SCHEMA = attrgetter("name", "options")
_TABLE = attrgetter("schema", "name", "comment", "partition_by", "sorted_by", "options")
_COLUMN = attrgetter("name", "type", "nullable", "default", "comment")
_VIEW = attrgetter("schema", "name", "column_aliases", "sql", "comment")
_MACRO = attrgetter("schema", "name", "kind", "overloads")
_NOT_SCHEMA = frozenset(("version", "created_by", "data_path", "encrypted"))


def schema_options(options: dict[str, str]) -> dict[str, str]:
    """Gives the options that belong to the schema, and not to the place or the making of a lake."""
    return {key: value for key, value in options.items() if key not in _NOT_SCHEMA}


def fingerprint(schema: SchemaDocument) -> str:
    """Gives `sha256-v1:` and a hash over everything that is the same in two lakes of the same schema.

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
