"""Runs SQL on the lake of the project in this folder, as somebody with plain DuckDB would."""

import sys
import tomllib
from pathlib import Path

import duckdb
import duckdb_extension_ducklake

settings = tomllib.loads(Path("ducktracker.toml").read_text())["connection"]
extensions = Path(duckdb_extension_ducklake.__file__).parent / "extensions" / f"v{duckdb.__version__}"
with duckdb.connect() as connection:
    connection.execute(f"LOAD '{extensions}/ducklake.duckdb_extension'")
    connection.execute(f"ATTACH 'ducklake:{settings['duckdb_metadata_path']}' AS lake; USE lake")
    for row in connection.execute(sys.argv[1]).fetchall():
        print(*row)
