"""The limit of migrate: the statements of the files and a row of history each, COMMIT after every BATCH files.

Usage: migrate.py SOURCE EXTENSIONS DATA FOLDER BATCH FIRST
"""

import os
import sys

from lake import attach

source, extensions, data, folder, batch, first = sys.argv[1:]
connection = attach(source, extensions, data)
connection.execute("USE lake")
connection.execute(
    "CREATE TABLE IF NOT EXISTS ducktracker_schema_history (installed_rank INTEGER NOT NULL, version INTEGER, "
    "description VARCHAR NOT NULL, migration_type VARCHAR NOT NULL, script VARCHAR NOT NULL, "
    "checksum VARCHAR NOT NULL, installed_by VARCHAR NOT NULL, installed_on TIMESTAMP NOT NULL, "
    "execution_time_ms INTEGER NOT NULL, "
    "success BOOLEAN NOT NULL, snapshot_json VARCHAR, snapshot_data BLOB)"
)
names = sorted(os.listdir(folder), key=lambda name: int(name[1 : name.index("__")]))[int(first) - 1 :]
for begin in range(0, len(names), int(batch)):
    connection.execute("BEGIN")
    for rank, name in enumerate(names[begin : begin + int(batch)], int(first) + begin):
        with open(f"{folder}/{name}") as file:
            connection.execute(file.read())
        connection.execute(
            f"INSERT INTO ducktracker_schema_history VALUES ({rank}, {rank}, 'x', 'V', '{name}', 'sum', 'me', "
            "'2026-11-22 09:00:00', 0, true, NULL, NULL)"
        )
    connection.execute("COMMIT")
print(len(names))
