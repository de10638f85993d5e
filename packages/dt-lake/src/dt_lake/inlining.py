"""Small rows that DuckLake keeps in the catalog, and tables that have no place for them there.

A lake that was made, or a table that was altered, while inlining was off has no `ducklake_inlined_data_…` for its
tables. DuckLake makes one with the first small rows; but its COMMIT fails if the same transaction has small rows of a
new or altered table too (docs/ducklake-facts.md#first-small-rows).
"""

from contextlib import suppress

import duckdb

from dt_lake.lake import Lake
from dt_lake.sql import literal
from dt_lake.transaction import rolled_back

_OPTION = "data_inlining_row_limit"
_PLACELESS = """
SELECT 1 FROM {tables} t WHERE t.end_snapshot IS NULL
AND coalesce((SELECT max(schema_version) FROM {places} p WHERE p.table_id = t.table_id), -1)
  < coalesce((SELECT max(schema_version) FROM {versions} v WHERE v.table_id = t.table_id), 0)
LIMIT 1
"""
_SCOPES = """
SELECT s.schema_name, t.table_name
FROM {options} o
LEFT JOIN {tables} t ON o.scope = 'table' AND t.table_id = o.scope_id AND t.end_snapshot IS NULL
JOIN {schemas} s ON s.end_snapshot IS NULL
 AND s.schema_id = CASE o.scope WHEN 'schema' THEN o.scope_id ELSE t.schema_id END
WHERE o.key = {option} AND o.scope IS NOT NULL
"""


def lacks_a_place(lake: Lake) -> bool:
    """Whether a table of the lake has no place for small rows in the catalog; False if the lake can't be asked."""
    query = _PLACELESS.format(
        tables=lake.metadata("ducklake_table"),
        places=lake.metadata("ducklake_inlined_data_tables"),
        versions=lake.metadata("ducklake_schema_versions"),
    )
    with suppress(duckdb.Error):
        return bool(lake.connection.execute(query).fetchall())
    return False


def keep_rows_in_files(lake: Lake) -> None:
    """Turn inlining off for as long as the lake stays attached, whatever its options say; nothing is stored.

    An option beats what an ATTACH says. DuckLake takes one into account from the moment that it is set, and a ROLLBACK
    only keeps it from being stored.
    """
    query = _SCOPES.format(
        options=lake.metadata("ducklake_metadata"),
        tables=lake.metadata("ducklake_table"),
        schemas=lake.metadata("ducklake_schema"),
        option=literal(_OPTION),
    )
    scopes = lake.connection.execute(query).fetchall()
    with rolled_back(lake.connection):
        for schema, table in [(None, None), *scopes]:
            scope = "" if schema is None else f", schema => {literal(schema)}"
            scope += "" if table is None else f", table_name => {literal(table)}"
            lake.connection.execute(f"CALL ducklake_set_option({literal(lake.catalog)}, '{_OPTION}', 0{scope})")
