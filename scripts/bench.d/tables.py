"""Makes a lake of N tables with 10 columns each, by plain DuckDB, or changes 3 things of it.

Usage: tables.py SOURCE EXTENSIONS DATA N|N-inlining|drift
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "limits"))

from lake import attach

source, extensions, data, what = sys.argv[1:]
count, _, inlining = what.partition("-")
# Without the limit of 0, DuckLake makes a table for inlined rows beside every table.
connection = attach(source, extensions, data, *([] if inlining else ["DATA_INLINING_ROW_LIMIT 0"]))
connection.execute("USE lake")
types = "BIGINT NOT NULL, VARCHAR, TIMESTAMP, DECIMAL(18, 2), BOOLEAN, DOUBLE DEFAULT 1.5, DATE, INTEGER, UUID, BLOB"
columns = ", ".join(f"c{i} {type_}" for i, type_ in enumerate(types.replace("18, 2", "18;2").split(", ")))
if what == "drift":
    statements = [
        "ALTER TABLE t1 ADD COLUMN phone VARCHAR",
        "ALTER TABLE t2 RENAME COLUMN c1 TO title",
        "DROP TABLE t3",
    ]
else:
    statements = [f"CREATE TABLE t{i} ({columns})".replace(";", ", ") for i in range(1, int(count) + 1)]
# A transaction in PostgreSQL has no locks for more than some thousand new tables.
for begin in range(0, len(statements), 2000):
    connection.execute("BEGIN")
    for statement in statements[begin : begin + 2000]:
        connection.execute(statement)
    connection.execute("COMMIT")
