"""Makes a lake of one table, and gives it N data files that are in its catalog alone.

Usage: many_files.py SOURCE EXTENSIONS DATA N
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "limits"))

from lake import attach

source, extensions, data, count = sys.argv[1:]
connection = attach(source, extensions, data, "DATA_INLINING_ROW_LIMIT 0")
connection.execute("CREATE TABLE lake.birds (id BIGINT, name VARCHAR)")
if int(count):
    # One file is real, and the rows of the others are like its own.
    connection.execute("INSERT INTO lake.birds VALUES (1, 'wren')")
    connection.execute("DETACH lake")
    kind, _, place = source.partition(":")
    connection.execute(f"ATTACH '{place}' AS catalog (TYPE {kind})")
    for table, path in (("data_file", ", 'birds-' || i || '.parquet' AS path"), ("file_column_stats", "")):
        connection.execute(
            f"INSERT INTO catalog.ducklake_{table} SELECT f.* REPLACE (f.data_file_id + i AS data_file_id{path}) "
            f"FROM (FROM catalog.ducklake_{table} LIMIT 2) f, range(1, {count}) r(i)"
        )
    connection.execute(f"UPDATE catalog.ducklake_snapshot SET next_file_id = next_file_id + {count}")
