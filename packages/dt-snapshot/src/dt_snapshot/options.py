"""The options of a lake, which DuckLake keeps without their past."""

import msgspec

from dt_contract.document import Value
from dt_contract.schema import SchemaDocument
from dt_lake.lake import Lake
from dt_snapshot.fingerprint import schema_options
from dt_snapshot.queries import METADATA, fill


class Options(Value, frozen=True, kw_only=True):
    """Those of the lake, and those of schemas and tables by id."""

    lake: dict[str, str] = {}
    schemas: dict[int, dict[str, str]] = {}
    tables: dict[int, dict[str, str]] = {}


def read_options(lake: Lake) -> Options:
    """Gives the options as they are now, but for those that say how and where the lake was made."""
    of_lake: dict[str, str] = {}
    scoped: dict[str, dict[int, dict[str, str]]] = {"schema": {}, "table": {}}
    # Concurrent calls of set_option can leave several rows of a key.
    for scope, scope_id, key, value in lake.connection.execute(fill(lake, METADATA)).fetchall():
        if scope is None:
            of_lake[key] = value
        elif scope in scoped:
            scoped[scope].setdefault(scope_id, {})[key] = value
    return Options(lake=schema_options(of_lake), schemas=scoped["schema"], tables=scoped["table"])


def with_options(schema: SchemaDocument, options: Options | None) -> SchemaDocument:
    """Gives the schema with these options, or with none known; its fingerprint is left as it is."""
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
