"""What every limit that reaches a lake begins with: the extensions and the ATTACH."""

import duckdb


def attach(source: str, extensions: str, data: str, *options: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extensions}/ducklake.duckdb_extension'")
    kind = source.partition(":")[0]
    if kind != "duckdb":
        connection.execute(f"LOAD '{extensions}/{kind}_scanner.duckdb_extension'")
    listed = ", ".join((f"DATA_PATH '{data}'", *options))
    connection.execute(f"ATTACH 'ducklake:{source}' AS lake ({listed})")
    return connection
