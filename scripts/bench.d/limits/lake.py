"""What every limit that reaches a lake begins with: the extensions and the ATTACH."""

import duckdb


def attach(source: str, extensions: str, data: str, *options: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extensions}/ducklake.duckdb_extension'")
    if source.startswith("postgres:"):
        connection.execute(f"LOAD '{extensions}/postgres_scanner.duckdb_extension'")
    listed = ", ".join((f"DATA_PATH '{data}'", *options))
    connection.execute(f"ATTACH 'ducklake:{source}' AS lake ({listed})")
    return connection
