"""The limit of a --version that tells DuckDB's and DuckLake's. Usage: load.py EXTENSIONS"""

import sys

import duckdb

connection = duckdb.connect()
connection.execute(f"LOAD '{sys.argv[1]}/ducklake.duckdb_extension'")
query = "SELECT extension_version FROM duckdb_extensions() WHERE extension_name = 'ducklake' AND loaded"
print(duckdb.__version__, connection.execute(query).fetchone())
