"""Files that hold rows, or deletions, of several snapshots, where some of these come after the one that is kept.

DuckLake leaves out by their snapshot what is newer than the one that is read. On a branch that goes on from an older
snapshot the same numbers come again, so these rows are taken out for good, as deleted from the first.
"""

import duckdb

from dt_branch.metadata import INLINED_DELETES, branch_table
from dt_contract.errors import InputError
from dt_lake.sql import literal

_PARTIAL = """
SELECT d.data_file_id, d.table_id, d.begin_snapshot, d.encryption_key, CASE
    WHEN NOT d.path_is_relative THEN d.path
    WHEN NOT t.path_is_relative THEN t.path || d.path
    WHEN NOT s.path_is_relative THEN s.path || t.path || d.path
    ELSE {source} || s.path || t.path || d.path END
FROM {files} d JOIN (SELECT DISTINCT ON (table_id) * FROM {table}) t USING (table_id)
JOIN (SELECT DISTINCT ON (schema_id) * FROM {schema}) s USING (schema_id)
WHERE d.begin_snapshot <= {at} AND d.partial_max > {at} AND (d.end_snapshot IS NULL OR d.end_snapshot > {at})
ORDER BY d.data_file_id
"""
_MADE = "CREATE TABLE IF NOT EXISTS {table} (file_id BIGINT, row_id BIGINT, begin_snapshot BIGINT)"
_ROWS = """
INSERT INTO {table} SELECT {file}, file_row_number, {begin}
FROM read_parquet({path}, file_row_number => true{key}) WHERE _ducklake_internal_snapshot_id > {at}
"""
_DELETIONS = """
INSERT INTO {table} SELECT {file}, pos, _ducklake_internal_snapshot_id
FROM read_parquet({path}{key}) WHERE _ducklake_internal_snapshot_id <= {at}
"""


def take_out_later_rows(connection: duckdb.DuckDBPyConnection, at: int, source: str) -> None:
    """Mark the later rows as deleted, and keep the earlier deletions in the catalog instead of in their files."""
    for files, insert in (("data_file", _ROWS), ("delete_file", _DELETIONS)):
        for file, table_id, begin, key, path in _partial(connection, files, at, source):
            table = branch_table(f"{INLINED_DELETES}{table_id}")
            connection.execute(_MADE.format(table=table))
            values = {"table": table, "file": file, "begin": begin, "path": literal(path), "at": at}
            try:
                connection.execute(insert.format(**values, key=_key(key)))
            except duckdb.IOException:
                raise InputError(
                    f"snapshot {at} needs the file {path}, which is gone", hint="choose another snapshot"
                ) from None
    connection.execute(f"DELETE FROM {branch_table('delete_file')} WHERE begin_snapshot <= {at} AND partial_max > {at}")


def _partial(
    connection: duckdb.DuckDBPyConnection, files: str, at: int, source: str
) -> list[tuple[int, int, int, str | None, str]]:
    query = _PARTIAL.format(
        files=branch_table(files),
        table=branch_table("table"),
        schema=branch_table("schema"),
        source=literal(source),
        at=at,
    )
    return connection.execute(query).fetchall()


def _key(key: str | None) -> str:
    return f", encryption_config => {{footer_key_value: {literal(key)}}}" if key else ""
