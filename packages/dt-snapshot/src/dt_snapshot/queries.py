"""The queries that read DuckLake's metadata but for the objects of the schema, which rows.py reads."""

import re

from dt_lake.lake import Lake

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


def fill(lake: Lake, query: str) -> str:
    """Return the query over the metadata of a lake, with the names of its tables."""
    return re.sub(r"@(ducklake_\w+)", lambda found: lake.metadata(found[1]), query)
