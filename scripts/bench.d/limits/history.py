"""The limit of info, validate and a migrate with nothing to do: the rows of the history, and the sums of the files.

Usage: history.py SOURCE EXTENSIONS DATA FOLDER READ_ONLY|READ_WRITE
"""

import hashlib
import os
import sys

from lake import attach

source, extensions, data, folder, mode = sys.argv[1:]
connection = attach(source, extensions, data, *(["READ_ONLY"] if mode == "READ_ONLY" else []))
rows = connection.execute(
    "SELECT installed_rank, version, description, migration_type, script, checksum, installed_by, "
    "installed_on::VARCHAR, execution_time_ms, success FROM lake.ducktracker_schema_history ORDER BY installed_rank"
).fetchall()
applied = {row[4]: row for row in rows if row[3] == "V"}
lines = []
for entry in os.scandir(folder):
    with open(entry.path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    row = applied.get(entry.name)
    lines.append(f"{entry.name} {'applied' if row and row[5] == digest else 'pending or changed'} {digest}")
print(len(lines))
print("\n".join(sorted(lines)))
