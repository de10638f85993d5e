"""Where the rows of the history table are to be read.

A query of a lake's table has DuckLake load every table of the catalog first, 0.05 ms each. The rows of a small table
are inlined, and are read from the metadata itself (DuckLake's specification, "ducklake_inlined_data_tables").
"""

from typing import Any, NamedTuple

from dt_lake.lake import Lake

_TABLE = """
SELECT s.schema_uuid::VARCHAR, s.schema_name, t.table_id FROM {schemas} s LEFT JOIN {tables} t
  ON t.schema_id = s.schema_id AND t.end_snapshot IS NULL AND lower(t.table_name) = lower(?)
WHERE s.end_snapshot IS NULL
"""
_PLACES = """
(SELECT NULL AS inlined, 0 AS since FROM {files} WHERE table_id = {table_id} AND end_snapshot IS NULL LIMIT 1)
UNION ALL
SELECT table_name, schema_version FROM {inlined} WHERE table_id = {table_id} ORDER BY since
"""
_INLINED = """
SELECT * EXCLUDE (row_id, begin_snapshot, end_snapshot){typed}, begin_snapshot AS snapshot_id
FROM {table} WHERE end_snapshot IS NULL
"""
_TYPED_IN_SQLITE = " REPLACE (success::BOOLEAN AS success)"


class Relation(NamedTuple):
    """`sql` is what to select from, null where there is no history table; `lake` is the lake's uuid.

    It has the table's columns and `snapshot_id`. PostgreSQL gives inlined text as bytes, and times as text.
    """

    lake: str | None
    sql: str | None


def relation(lake: Lake) -> Relation:
    """Return the relation that holds the committed rows of the history."""
    settings = lake.config.migrations
    query = _TABLE.format(schemas=lake.metadata("ducklake_schema"), tables=lake.metadata("ducklake_table"))
    schemas = lake.connection.execute(query, [settings.schema_history_table]).fetchall()
    uuid = next((uuid for uuid, schema, _ in schemas if schema == "main"), None)
    wanted = settings.target_schema.lower()
    table_id = next((table_id for _, schema, table_id in schemas if schema.lower() == wanted), None)
    return Relation(uuid, None if table_id is None else _rows(lake, table_id))


def _rows(lake: Lake, table_id: int) -> str:
    # The id is a literal, which reaches PostgreSQL: there may be many files.
    query = _PLACES.format(
        files=lake.metadata("ducklake_data_file"),
        inlined=lake.metadata("ducklake_inlined_data_tables"),
        table_id=table_id,
    )
    inlined = [table for table, _ in lake.connection.execute(query).fetchall()]
    if not inlined or inlined[0] is None:
        return lake.history_table
    typed = _TYPED_IN_SQLITE if lake.backend == "sqlite" else ""
    parts = (_INLINED.format(table=lake.metadata(table), typed=typed) for table in inlined)
    return f"({' UNION ALL BY NAME '.join(parts)})"


def decoded(value: Any) -> Any:
    """Return a value of the relation with text as a string."""
    return value.decode() if isinstance(value, bytes) else value
