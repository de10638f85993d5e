"""Which objects of the schema were touched since a snapshot, and in which snapshots: one query."""

from collections.abc import Collection
from typing import NamedTuple

from dt_lake.lake import Lake
from dt_lake.sql import literal
from dt_snapshot.queries import fill

_IDENTITIES = {
    "schema": "schema_id",
    "table": "table_id",
    "column": "table_id",
    "column_tag": "table_id",
    "partition_info": "table_id",
    "sort_info": "table_id",
    "view": "view_id",
    "macro": "macro_id",
    "tag": "object_id",
}
"""DuckLake's temporal tables, and the column that names the object. Its ids are unique across kinds of objects."""

_HISTORY = """
SELECT table_id FROM @ducklake_table JOIN @ducklake_schema s USING (schema_id)
WHERE lower(table_name) = lower(?) AND lower(s.schema_name) = lower(?)
"""


class Touch(NamedTuple):
    """A schema, table, view or macro, by its id, and a snapshot that changed it or something of it."""

    object_id: int
    snapshot: int


def touches(lake: Lake, since: int) -> list[Touch]:
    """Return what was touched after a snapshot, oldest first; the history table is left out."""
    return _touches(lake, since, f"object_id NOT IN ({_HISTORY})")


def touches_of(lake: Lake, objects: Collection[int], since: int, until: int) -> list[Touch]:
    """Return when these objects were touched after a snapshot, up to another one, oldest first."""
    listed = ", ".join(map(str, sorted(objects))) or "NULL"
    return _touches(lake, since, f"object_id IN ({listed}) AND snapshot <= {until} AND object_id NOT IN ({_HISTORY})")


def _touches(lake: Lake, since: int, condition: str) -> list[Touch]:
    # A filter on one column reaches PostgreSQL, `begin … OR end …` does not; it is three times as slow.
    ends = (
        f"SELECT {column} AS object_id, {end} AS snapshot FROM @ducklake_{table} WHERE {end} > {since}"
        for table, column in _IDENTITIES.items()
        for end in ("begin_snapshot", "end_snapshot")
    )
    query = (
        f"SELECT DISTINCT object_id, snapshot FROM ({' UNION ALL '.join(ends)}) "
        f"WHERE {condition} ORDER BY snapshot, object_id"
    )
    settings = lake.config.migrations
    rows = lake.connection.execute(fill(lake, query), [settings.schema_history_table, settings.target_schema])
    return [Touch(*row) for row in rows.fetchall()]


def named(lake: Lake, schema: str, name: str) -> set[int]:
    """Return the tables and views that ever bore a name, in any case of its letters."""
    query = " UNION ALL ".join(
        f"SELECT t.{kind}_id FROM @ducklake_{kind} t JOIN @ducklake_schema s USING (schema_id) "
        f"WHERE lower(s.schema_name) = lower($1) AND lower(t.{kind}_name) = lower($2)"
        for kind in ("table", "view")
    )
    return {row[0] for row in lake.connection.execute(fill(lake, query), [schema, name]).fetchall()}


def schemas_with(lake: Lake, name: str) -> set[str]:
    """Return the schemas that ever had a table or view of a name, in any case of its letters."""
    query = " UNION ALL ".join(
        f"SELECT s.schema_name FROM @ducklake_{kind} t JOIN @ducklake_schema s USING (schema_id) "
        f"WHERE lower(t.{kind}_name) = lower($1)"
        for kind in ("table", "view")
    )
    return {row[0] for row in lake.connection.execute(fill(lake, query), [name]).fetchall()}


def of_names(lake: Lake, names: Collection[str]) -> set[int]:
    """Return the schemas, tables, views and macros that ever bore one of some names, in any case of its letters."""
    if not names:
        return set()
    listed = ", ".join(f"lower({literal(name)})" for name in sorted(names))
    query = " UNION ALL ".join(
        f"SELECT {kind}_id FROM @ducklake_{kind} WHERE lower({kind}_name) IN ({listed})"
        for kind in ("schema", "table", "view", "macro")
    )
    return {row[0] for row in lake.connection.execute(fill(lake, query)).fetchall()}
