"""Where the rows of the history table are to be read.

A query of a lake's table has DuckLake load every table of the catalog first, 0.05 ms each. The rows of a small table
are inlined, and are read from the metadata itself (DuckLake's specification, "ducklake_inlined_data_tables").
"""

from typing import Any, NamedTuple

from dt_lake.lake import Lake

_PLACES = """
SELECT (SELECT schema_uuid::VARCHAR FROM {schemas} WHERE schema_name = 'main' AND end_snapshot IS NULL),
       h.table_id IS NOT NULL,
       EXISTS (SELECT 1 FROM {files} WHERE table_id = h.table_id AND end_snapshot IS NULL),
       (SELECT list(table_name ORDER BY schema_version) FROM {inlined} WHERE table_id = h.table_id)
FROM (SELECT 1) LEFT JOIN (
    SELECT t.table_id FROM {tables} t JOIN {schemas} s USING (schema_id)
    WHERE lower(t.table_name) = lower(?) AND lower(s.schema_name) = lower(?)
      AND t.end_snapshot IS NULL AND s.end_snapshot IS NULL
) h ON true
"""
_INLINED = """
SELECT * EXCLUDE (row_id, begin_snapshot, end_snapshot), begin_snapshot AS snapshot_id
FROM {table} WHERE end_snapshot IS NULL
"""


class Relation(NamedTuple):
    """`sql` is what to select from, null where there is no history table; `lake` is the lake's uuid.

    It has the table's columns and `snapshot_id`. PostgreSQL gives inlined text as bytes, and times as text.
    """

    lake: str | None
    sql: str | None


def relation(lake: Lake) -> Relation:
    """Gives the relation that holds the committed rows of the history."""
    settings = lake.config.migrations
    query = _PLACES.format(
        schemas=lake.metadata("ducklake_schema"),
        tables=lake.metadata("ducklake_table"),
        files=lake.metadata("ducklake_data_file"),
        inlined=lake.metadata("ducklake_inlined_data_tables"),
    )
    found = lake.connection.execute(query, [settings.schema_history_table, settings.target_schema]).fetchone()
    uuid, exists, in_files, inlined = found or (None, False, False, None)
    if not exists:
        return Relation(uuid, None)
    if in_files or not inlined:
        return Relation(uuid, lake.history_table)
    parts = (_INLINED.format(table=lake.metadata(table)) for table in inlined)
    return Relation(uuid, f"({' UNION ALL BY NAME '.join(parts)})")


def decoded(value: Any) -> Any:
    """Gives a value of the relation with text as a string."""
    return value.decode() if isinstance(value, bytes) else value
