"""Prints the number of a lake's tables and of its history's successful versioned rows.

Usage: count.py SOURCE EXTENSIONS DATA
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "limits"))

from lake import attach

connection = attach(*sys.argv[1:], "READ_ONLY")
metadata = "__ducklake_metadata_lake.ducklake_table"
print(*connection.execute(f"SELECT count(*) FROM {metadata} WHERE end_snapshot IS NULL").fetchone() or ())
history = "SELECT count(*) FROM lake.ducktracker_schema_history WHERE migration_type = 'V' AND success"
print(*connection.execute(history).fetchone() or ())
