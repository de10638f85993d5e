"""The limit of dt-branch: the metadata tables that have rows, copied into a new DuckDB file.

Usage: branch.py SOURCE EXTENSIONS DATA TARGET
"""

import os
import sys

import duckdb

source, extensions, _, target = sys.argv[1:]
kind, _, place = source.partition(":")
if os.path.exists(target):
    os.unlink(target)
connection = duckdb.connect(target)
connection.execute(f"LOAD '{extensions}/ducklake.duckdb_extension'")
if kind == "postgres":
    connection.execute(f"LOAD '{extensions}/postgres_scanner.duckdb_extension'")
    schema, filled = "public", "SELECT relname FROM pg_class WHERE relname LIKE 'ducklake%' AND relkind = 'r'"
    filled = f"FROM postgres_query('source', $$ {filled} AND pg_relation_size(oid) > 0 $$)"
elif kind == "sqlite":
    connection.execute(f"LOAD '{extensions}/sqlite_scanner.duckdb_extension'")
    schema, filled = "main", "SELECT name FROM sqlite_master WHERE name LIKE 'ducklake%' AND type = 'table'"
    filled = f"FROM sqlite_query('source', $$ {filled} $$)"
else:
    schema, filled = "main", "SELECT table_name FROM duckdb_tables() WHERE database_name = 'source'"
    filled += " AND estimated_size > 0"
connection.execute(f"ATTACH '{place}' AS source (TYPE {kind}, READ_ONLY)")
connection.execute("BEGIN")
tables = [table for (table,) in connection.execute(filled).fetchall()]
if kind == "sqlite":
    # One query says for 400 tables whether they have rows; SQLite takes 500 parts of a UNION.
    parts = [f"SELECT '{table}' AS found WHERE EXISTS (SELECT 1 FROM {table})" for table in tables]
    some = [" UNION ALL ".join(parts[at : at + 400]) for at in range(0, len(parts), 400)]
    tables = [
        row[0] for query in some for row in connection.execute("FROM sqlite_query('source', ?)", [query]).fetchall()
    ]
for table in tables:
    connection.execute(f'CREATE TABLE "{table}" AS FROM source.{schema}."{table}"')
connection.execute("COMMIT")
print(*connection.execute("SELECT count(*) FROM ducklake_table").fetchone() or ())
