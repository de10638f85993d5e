"""The limit of drift: tables and columns of the lake as they are now, in one join.

Usage: metadata.py SOURCE EXTENSIONS DATA
"""

import sys

from lake import attach

connection = attach(*sys.argv[1:], "READ_ONLY")
rows = connection.execute("""
    SELECT t.table_id, t.table_uuid::VARCHAR, t.schema_id, t.table_name, c.column_id, c.parent_column, c.column_name,
           c.column_type, c.nulls_allowed, c.default_value, c.default_value_type
    FROM __ducklake_metadata_lake.ducklake_table t
    JOIN __ducklake_metadata_lake.ducklake_column c ON c.table_id = t.table_id AND c.end_snapshot IS NULL
    WHERE t.end_snapshot IS NULL ORDER BY t.table_id, c.column_order
""").fetchall()
print(len({row[0] for row in rows}))
