"""The queries that read a schema from DuckLake's temporal metadata, as many for one table as for ten thousand.

A row of the metadata is live at snapshot n when begin_snapshot <= n and end_snapshot is null or > n (DuckLake's
specification, "Snapshots"). `@n`, `@in` and the table names are filled in by `fill`.
"""

import re

from dt_lake.lake import Lake

_LIVE = "{0}.begin_snapshot <= @n AND ({0}.end_snapshot IS NULL OR {0}.end_snapshot > @n)"


def _live(alias: str) -> str:
    return _LIVE.format(alias)


SNAPSHOT_RANGE = """
SELECT min(snapshot_id), max(snapshot_id) FROM @ducklake_snapshot
"""
SNAPSHOT = """
SELECT snapshot_id, strftime(snapshot_time AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')
FROM @ducklake_snapshot WHERE snapshot_id = ?
"""
SNAPSHOT_AT_TIME = """
SELECT max(snapshot_id) FROM @ducklake_snapshot WHERE snapshot_time <= CAST(? AS TIMESTAMPTZ)
"""
TIME_RANGE = """
SELECT strftime(min(snapshot_time) AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ'),
       strftime(max(snapshot_time) AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')
FROM @ducklake_snapshot
"""
KEYWORDS = "SELECT keyword_name FROM duckdb_keywords()"
METADATA = "SELECT scope, scope_id, key, value FROM @ducklake_metadata ORDER BY scope, scope_id, key, value"
SCHEMAS = f"""
SELECT s.schema_id, s.schema_name, s.schema_uuid::VARCHAR
FROM @ducklake_schema s WHERE {_live("s")} ORDER BY s.schema_name
"""
TABLES = f"""
SELECT t.table_id, t.table_uuid::VARCHAR, t.schema_id, t.table_name, c.value
FROM @ducklake_table t
LEFT JOIN @ducklake_tag c ON c.object_id = t.table_id AND c.key = 'comment' AND {_live("c")}
WHERE {_live("t")} AND t.table_id @in
"""
COLUMNS = f"""
SELECT c.table_id, c.column_id, c.parent_column, c.column_name, c.column_type, c.nulls_allowed,
       c.default_value, c.default_value_type, m.value
FROM @ducklake_column c
LEFT JOIN @ducklake_column_tag m
  ON m.table_id = c.table_id AND m.column_id = c.column_id AND m.key = 'comment' AND {_live("m")}
WHERE {_live("c")} AND c.table_id @in
ORDER BY c.table_id, c.column_order, c.column_id
"""
PARTITIONS = f"""
SELECT p.table_id, k.transform, k.column_id
FROM @ducklake_partition_info p JOIN @ducklake_partition_column k USING (partition_id, table_id)
WHERE {_live("p")} AND p.table_id @in
ORDER BY p.table_id, k.partition_key_index
"""
SORTS = f"""
SELECT s.table_id, concat(e.expression, ' ', e.sort_direction, ' ', replace(e.null_order, '_', ' '))
FROM @ducklake_sort_info s JOIN @ducklake_sort_expression e USING (sort_id, table_id)
WHERE {_live("s")} AND s.table_id @in
ORDER BY s.table_id, e.sort_key_index
"""
VIEWS = f"""
SELECT v.view_id, v.view_uuid::VARCHAR, v.schema_id, v.view_name, v.sql, v.column_aliases, c.value
FROM @ducklake_view v
LEFT JOIN @ducklake_tag c ON c.object_id = v.view_id AND c.key = 'comment' AND {_live("c")}
WHERE {_live("v")}
"""
MACROS = f"""
SELECT m.macro_id, m.schema_id, m.macro_name, i.type, i.impl_id, i.sql,
       p.parameter_name, p.parameter_type, p.default_value, p.default_value_type
FROM @ducklake_macro m
JOIN @ducklake_macro_impl i USING (macro_id)
LEFT JOIN @ducklake_macro_parameters p ON p.macro_id = i.macro_id AND p.impl_id = i.impl_id
WHERE {_live("m")}
ORDER BY m.macro_id, i.impl_id, p.column_id
"""


def fill(lake: Lake, query: str, *, at: int = 0, tables: str = "IS NOT NULL") -> str:
    """Gives the query over the metadata of a lake at a snapshot; `tables` is the condition on their ids."""
    text = query.replace("@n", str(at)).replace("@in", tables)
    return re.sub(r"@(ducklake_\w+)", lambda found: lake.metadata(found[1]), text)
