"""The options that migrations set. The lake's options have no past; the history rows of the migrations keep theirs."""

from collections.abc import Mapping

from dt_contract.document import Value
from dt_contract.schema import schema_options
from dt_lake.lake import Lake
from dt_lake.sql import literal
from dt_snapshot.options import Options
from dt_snapshot.queries import fill

_OWNERS = """
SELECT 'TABLE', s.schema_name || '.' || t.table_name, t.table_id, t.begin_snapshot, t.end_snapshot
FROM @ducklake_table t JOIN @ducklake_schema s USING (schema_id)
WHERE s.schema_name || '.' || t.table_name IN ({names})
UNION ALL
SELECT 'SCHEMA', schema_name, schema_id, begin_snapshot, end_snapshot
FROM @ducklake_schema WHERE schema_name IN ({names})
"""


class SetOption(Value, frozen=True, kw_only=True):
    """An option that was set. `scope` is as DuckLake says it, `owner` the name of a schema or table, or empty."""

    scope: str
    owner: str
    key: str
    value: str


def with_set_options(lake: Lake, options: Options, changes: Mapping[int, tuple[SetOption, ...]]) -> Options:
    """Return the options with those that were set in some lake snapshots, oldest first."""
    of_lake = dict(options.lake)
    schemas = {key: dict(values) for key, values in options.schemas.items()}
    tables = {key: dict(values) for key, values in options.tables.items()}
    owners = _owners(lake, {item.owner for items in changes.values() for item in items if item.owner})
    for snapshot, items in changes.items():
        for item in items:
            if item.scope == "GLOBAL":
                of_lake |= schema_options({item.key: item.value})
                continue
            owner = owners.get((item.scope, item.owner), [])
            scoped = tables if item.scope == "TABLE" else schemas
            for key in (key for key, begin, end in owner if begin <= snapshot and (end is None or end > snapshot)):
                scoped.setdefault(key, {})[item.key] = item.value
    return Options(lake=of_lake, schemas=schemas, tables=tables)


def _owners(lake: Lake, names: set[str]) -> dict[tuple[str, str], list[tuple[int, int, int | None]]]:
    found: dict[tuple[str, str], list[tuple[int, int, int | None]]] = {}
    if names:
        query = fill(lake, _OWNERS.format(names=", ".join(map(literal, sorted(names)))))
        for scope, name, key, begin, end in lake.connection.execute(query).fetchall():
            found.setdefault((scope, name), []).append((key, begin, end))
    return found
