"""The options of a lake, which DuckLake keeps without their past."""

from typing import NamedTuple

import msgspec

from dt_contract.document import Value
from dt_contract.schema import SchemaDocument, schema_options
from dt_lake.lake import Lake
from dt_snapshot import queries


class Options(Value, frozen=True, kw_only=True):
    """Those of the lake, and those of schemas and tables by id."""

    lake: dict[str, str] = {}
    schemas: dict[int, dict[str, str]] = {}
    tables: dict[int, dict[str, str]] = {}


class Metadata(NamedTuple):
    """What `ducklake_metadata` holds: DuckLake's format version, such as `1.0`, and the options."""

    format: str | None
    options: Options


def read_metadata(lake: Lake) -> Metadata:
    """Return the format and the options as they are now, but for those that say how and where the lake was made."""
    of_lake: dict[str, str] = {}
    scoped: dict[str, dict[int, dict[str, str]]] = {"schema": {}, "table": {}}
    # Concurrent calls of set_option can leave several rows of a key.
    for scope, scope_id, key, value in lake.connection.execute(queries.fill(lake, queries.METADATA)).fetchall():
        if scope is None:
            of_lake[key] = value
        elif scope in scoped:
            scoped[scope].setdefault(scope_id, {})[key] = value
    options = Options(lake=schema_options(of_lake), schemas=scoped["schema"], tables=scoped["table"])
    return Metadata(of_lake.get("version"), options)


def read_options(lake: Lake) -> Options:
    """Return the options as they are now."""
    return read_metadata(lake).options


def with_options(schema: SchemaDocument, options: Options | None) -> SchemaDocument:
    """Return the schema with these options, or with none known; its fingerprint is left as it is."""
    known = options or Options()
    return msgspec.structs.replace(
        schema,
        schemas=tuple(
            msgspec.structs.replace(item, options=known.schemas.get(item.id or 0, {})) for item in schema.schemas
        ),
        tables=tuple(
            msgspec.structs.replace(item, options=known.tables.get(item.id or 0, {}))
            if item.options or (item.id or 0) in known.tables
            else item
            for item in schema.tables
        ),
        options=None if options is None else options.lake,
    )
