"""Whether DuckLake knows that rows of a table are gone, and so answers min() and max() from those that are there."""

from contextlib import suppress

import duckdb

from dt_lake.lake import Lake
from dt_lake.sql import literal
from dt_lint.script.names import Name
from dt_lint.script.tables import IN_CATALOG, committed_ids, with_files


def has_deleted_rows(lake: Lake, committed: Name | None, place: tuple[str, str]) -> bool:
    """Return whether a table will have more rows that were written than rows, once the transaction is committed.

    DuckLake takes minimum and maximum for exact if it has as many rows as it ever wrote (ducklake_scan.cpp,
    DuckLakeGetPartitionStats). A row that the transaction kept in the catalog and deleted again was never written, nor
    one of a file of its own whose rows are all deleted. False if the files can't be read, as they are encrypted.
    """
    ids = ", ".join(map(str, committed_ids(lake, committed) if committed else [])) or "NULL"
    query = f"SELECT filename, count(*) FROM {with_files(lake, place)} GROUP BY filename"
    live = dict(lake.connection.execute(query).fetchall())
    before = lake.connection.execute(
        f"SELECT coalesce(sum(record_count), 0) FROM {lake.metadata('ducklake_table_stats')} WHERE table_id IN ({ids})"
    ).fetchone()
    assert before is not None
    paths = f"SELECT path FROM {lake.metadata('ducklake_data_file')} WHERE table_id IN ({ids})"
    old = {_last(row[0]) for row in lake.connection.execute(paths).fetchall()}
    new = [file for file in live if file.endswith(".parquet") and _last(file) not in old]
    in_files = _rows_of(lake, new) if new else 0
    written = before[0] + live.get(IN_CATALOG, 0) + in_files
    return in_files is not None and written > sum(live.values())


def _rows_of(lake: Lake, files: list[str]) -> int | None:
    """Ask beside the transaction, which an error would end."""
    listed = ", ".join(map(literal, files))
    with suppress(duckdb.Error), lake.connection.cursor() as cursor:
        row = cursor.execute(f"SELECT sum(num_rows) FROM parquet_file_metadata([{listed}])").fetchone()
        return int(row[0]) if row else None
    return None


def _last(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]
