"""Reads the schema of a lake, now or at a snapshot, with a constant number of queries."""

from typing import Any

import duckdb
import msgspec

from dt_contract.schema import Lake as LakeIdentity
from dt_contract.schema import Schema, SchemaDocument
from dt_lake.lake import Lake
from dt_lake.transaction import transaction
from dt_snapshot import assemble, queries
from dt_snapshot.catalog_name import catalog_free
from dt_snapshot.fingerprint import fingerprint, schema_options
from dt_snapshot.moment import newest, snapshot_time

Options = dict[tuple[str, int | None], dict[str, str]]


def read_schema(lake: Lake, at: int | None = None) -> SchemaDocument:
    """Gives the schema of the lake at a snapshot, or now. The history table is left out.

    Options are known only now: at a snapshot they are null. Raises InputError for a snapshot that is not there.
    """
    with transaction(lake.connection):
        snapshot = newest(lake) if at is None else at
        time = snapshot_time(lake, snapshot)
        schema = catalog_free(lake, _read(lake, snapshot, _options(lake), live=at is None, time=time))
    return msgspec.structs.replace(schema, fingerprint=fingerprint(schema))


def schema_at(lake: Lake, at: int) -> SchemaDocument:
    """Return the schema at a snapshot that is there, in the caller's transaction; without options and fingerprint.

    The SQL of views and macros is as it is stored.
    """
    return _read(lake, at, {}, live=False, time=None)


def _read(lake: Lake, at: int, options: Options, *, live: bool, time: str | None) -> SchemaDocument:
    def rows(query: str) -> list[Any]:
        return lake.connection.execute(queries.fill(lake, query, at=at)).fetchall()

    schemas = rows(queries.SCHEMAS)
    names = {schema_id: name for schema_id, name, _ in schemas}
    columns = assemble.columns_by_table(rows(queries.COLUMNS), lambda: _keywords(lake.connection))
    partitions = assemble.partition_keys(rows(queries.PARTITIONS), columns)
    scoped = _scoped(options) if live else {"schema": {}, "table": {}}
    return SchemaDocument(
        lake=LakeIdentity(
            id=next((uuid for _, name, uuid in schemas if name == "main"), None),
            snapshot=at,
            snapshot_time=time,
            format=options.get(("", None), {}).get("version"),
        ),
        schemas=tuple(
            Schema(id=schema_id, name=name, options=scoped["schema"].get(schema_id, {}))
            for schema_id, name, _ in schemas
        ),
        tables=assemble.tables(
            [row for row in rows(queries.TABLES) if not lake.is_history(names[row[2]], row[3])],
            names,
            columns,
            assemble.keys_by_table(partitions),
            assemble.keys_by_table(rows(queries.SORTS)),
            scoped["table"],
        ),
        views=assemble.views(rows(queries.VIEWS), names),
        macros=assemble.macros(rows(queries.MACROS), names),
        options=schema_options(options.get(("", None), {})) if live else None,
    )


def _keywords(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    return frozenset(row[0] for row in connection.execute(queries.KEYWORDS).fetchall())


def _options(lake: Lake) -> Options:
    """Options by scope and its id. Concurrent calls of set_option can leave several rows of a key."""
    found: Options = {}
    for scope, scope_id, key, value in lake.connection.execute(queries.fill(lake, queries.METADATA)).fetchall():
        found.setdefault((scope or "", scope_id), {})[key] = value
    return found


def _scoped(options: Options) -> dict[str, dict[int, dict[str, str]]]:
    scoped: dict[str, dict[int, dict[str, str]]] = {"schema": {}, "table": {}}
    for (scope, scope_id), values in options.items():
        if scope in scoped and scope_id is not None:
            scoped[scope][scope_id] = values
    return scoped
