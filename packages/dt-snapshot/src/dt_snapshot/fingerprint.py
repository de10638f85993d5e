"""The fingerprint of a schema: equal for equal schemas, in whatever lake and whatever way they came about."""

import hashlib
from typing import Any

import msgspec

from dt_contract.schema import Column, SchemaDocument

_NOT_SCHEMA = frozenset(("version", "created_by", "data_path", "encrypted"))


def schema_options(options: dict[str, str]) -> dict[str, str]:
    """Gives the options that belong to the schema, and not to the place or the making of a lake."""
    return {key: value for key, value in options.items() if key not in _NOT_SCHEMA}


def fingerprint(schema: SchemaDocument) -> str:
    """Gives `sha256-v1:` and a hash over everything that is the same in two lakes of the same schema.

    Identities (ids, uuids), times and snapshot numbers are left out; so are options that are not known.
    """
    parts: list[Any] = [
        [(item.name, item.options) for item in schema.schemas],
        [
            (
                table.schema,
                table.name,
                table.comment,
                [_column(column) for column in table.columns],
                table.partition_by,
                table.sorted_by,
                table.options,
            )
            for table in schema.tables
        ],
        [(view.schema, view.name, view.column_aliases, view.sql, view.comment) for view in schema.views],
        [(macro.schema, macro.name, macro.kind, macro.overloads) for macro in schema.macros],
        schema.options or {},
    ]
    return "sha256-v1:" + hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()


def _column(column: Column) -> tuple[Any, ...]:
    fields = [_column(field) for field in column.fields]
    return (column.name, column.type, column.nullable, column.default, column.comment, fields)
