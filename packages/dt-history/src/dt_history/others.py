"""Histories that the lake has elsewhere: in another schema, or in a table of another name."""

from dt_contract.history import TableName
from dt_lake.lake import Lake
from dt_lake.sql import literal

_COLUMNS = (
    "installed_rank",
    "version",
    "description",
    "migration_type",
    "script",
    "checksum",
    "installed_by",
    "installed_on",
    "execution_time_ms",
    "success",
)
"""Those of a history table since 0.1.0."""

_TABLES = """
SELECT s.schema_name, t.table_name
FROM {column} c JOIN {table} t USING (table_id) JOIN {schema} s USING (schema_id)
WHERE c.column_name IN ({names}) AND c.parent_column IS NULL
  AND c.end_snapshot IS NULL AND t.end_snapshot IS NULL AND s.end_snapshot IS NULL
GROUP BY ALL HAVING count(DISTINCT c.column_name) = {many}
ORDER BY ALL
"""


def other_histories(lake: Lake) -> tuple[TableName, ...]:
    """Return the tables with the columns of a history, but the configured one. One query."""
    query = _TABLES.format(
        column=lake.metadata("ducklake_column"),
        table=lake.metadata("ducklake_table"),
        schema=lake.metadata("ducklake_schema"),
        names=", ".join(map(literal, _COLUMNS)),
        many=len(_COLUMNS),
    )
    return tuple(
        TableName(schema=schema, table=table)
        for schema, table in lake.connection.execute(query).fetchall()
        if not lake.is_history(schema, table)
    )
