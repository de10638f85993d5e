"""The columns of which a lake has statistics without a minimum, or may have by the order of its files."""

from typing import Any

import duckdb

Path = tuple[str, ...]
_KINDS = ("column", "table", "table_column_stats", "file_column_stats", "partition_info")
_COLUMNS = """
SELECT t.table_name, c.column_id, c.parent_column, c.column_name,
  s.column_id IS NOT NULL AND s.extra_stats IS NULL
  AND c.column_type NOT IN ('int128', 'uint128', 'struct', 'list', 'map')
  AND (s.min_value IS NULL OR {in_any_order} AND EXISTS (
    FROM {file_column_stats} f WHERE (f.table_id, f.column_id) = (c.table_id, c.column_id) AND f.value_count = 0
      AND EXISTS (FROM {partition_info} p WHERE p.table_id = f.table_id AND p.end_snapshot IS NULL)))
FROM {column} c JOIN {table} t USING (table_id) LEFT JOIN {table_column_stats} s USING (table_id, column_id)
WHERE c.end_snapshot IS NULL AND t.end_snapshot IS NULL ORDER BY c.column_id
"""


def without_minimum(connection: duckdb.DuckDBPyConnection, *, in_any_order: bool) -> dict[str, list[Path]]:
    """Return the columns, and fields in them, by table.

    A file without a value of a column is wrong as the first one of a new table (docs/ducklake-facts.md). That of a
    partition is one of several that a statement writes, in any order: `in_any_order` takes it for the first. Files know
    no minimum of a HUGEINT, and no query asks for it; nor
    for that of a STRUCT, list or MAP as a whole.
    """
    names = {kind: f"__ducklake_metadata_lake.ducklake_{kind}" for kind in _KINDS}
    paths: dict[tuple[str, int], Path] = {}
    found: dict[str, list[Path]] = {}
    for table, column, parent, name, is_unknown in connection.execute(
        _COLUMNS.format(**names, in_any_order=in_any_order)
    ).fetchall():
        path = paths[table, column] = (*paths.get((table, parent), ()), name)
        if is_unknown:
            found.setdefault(table, []).append(path)
    return found


def has_value(values: list[Any], path: Path) -> bool:
    """Return whether one of the values of a column has one in a field; not of what is in a list or MAP."""
    for field in path:
        values = [value.get(field) for value in values if isinstance(value, dict)]
    return any(value is not None for value in values)
