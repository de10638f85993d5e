"""The limit of plan: the statements of a file in a transaction that is rolled back, and the columns before and after.

Usage: plan.py SOURCE EXTENSIONS DATA FILE
"""

import sys

from lake import attach

source, extensions, data, path = sys.argv[1:]
connection = attach(source, extensions, data)
connection.execute("USE lake")
query = (
    "SELECT schema_name, table_name, column_name, data_type, is_nullable, column_default, comment "
    "FROM duckdb_columns() WHERE database_name = 'lake'"
)
connection.execute("BEGIN")
before = set(connection.execute(query).fetchall())
with open(path) as file:
    connection.execute(file.read())
after = set(connection.execute(query).fetchall())
connection.execute("ROLLBACK")
print(len({row[1] for row in after - before}))
