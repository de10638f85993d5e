"""The partition keys, sort keys and comments of tables."""

import duckdb

Keys = tuple[list[str], list[str], str | None]
_KEYS = """
SELECT table_name,
  (SELECT list(column_name ORDER BY partition_key_index) FROM {partition_info} i
   JOIN {partition_column} p USING (partition_id)
   JOIN {column} c ON c.column_id = p.column_id AND c.table_id = i.table_id AND c.end_snapshot IS NULL
   WHERE i.end_snapshot IS NULL AND i.table_id = t.table_id),
  (SELECT list(expression ORDER BY sort_key_index) FROM {sort_info} i JOIN {sort_expression} e USING (sort_id)
   WHERE i.end_snapshot IS NULL AND i.table_id = t.table_id),
  (SELECT any_value(value) FROM {tag} WHERE end_snapshot IS NULL AND object_id = t.table_id)
FROM {table} t WHERE end_snapshot IS NULL
"""
_KINDS = ("table", "column", "partition_info", "partition_column", "sort_info", "sort_expression", "tag")


def keys(connection: duckdb.DuckDBPyConnection) -> dict[str, Keys]:
    """Return partition keys, sort keys and comment of each table of the lake."""
    names = {kind: f"__ducklake_metadata_lake.ducklake_{kind}" for kind in _KINDS}
    found = connection.execute(_KEYS.format(**names)).fetchall()
    return {
        table: ([name for name in partition or [] if name], [name.strip('"') for name in sort or [] if name], comment)
        for table, partition, sort, comment in found
    }


def comments(connection: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    """Return the comment of each table of a plain DuckDB."""
    return dict(connection.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
