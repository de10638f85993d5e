"""Files that hold rows, or deletions, of several snapshots, where some of these come after the one that is kept.

DuckLake leaves out by their snapshot what is newer than the one that is read. On a branch that goes on from an older
snapshot the same numbers come again, so these rows are taken out for good, as deleted from the first.
"""

import duckdb

from dt_branch.metadata import INLINED_DELETES, Draft
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


def take_out_later_rows(draft: Draft, at: int, source: str) -> None:
    """Mark the later rows as deleted, and keep the earlier deletions in the catalog instead of in their files."""
    for files, insert in (("data_file", _ROWS), ("delete_file", _DELETIONS)):
        for file, table_id, begin, key, path in _partial(draft, files, at, source):
            table = draft.table(f"{INLINED_DELETES}{table_id}")
            draft.run(_MADE.format(table=table))
            values = {"table": table, "file": file, "begin": begin, "path": literal(path), "at": at}
            try:
                draft.run_here(insert.format(**values, key=_key(key)))
            except duckdb.IOException:
                raise InputError(
                    f"snapshot {at} needs the file {path}, which is gone", hint="choose another snapshot"
                ) from None
    draft.run(f"DELETE FROM {draft.table('delete_file')} WHERE begin_snapshot <= {at} AND partial_max > {at}")


def _partial(draft: Draft, files: str, at: int, source: str) -> list[tuple[int, int, int, str | None, str]]:
    query = _PARTIAL.format(
        files=draft.table(files),
        table=draft.table("table"),
        schema=draft.table("schema"),
        source=literal(source),
        at=at,
    )
    return draft.rows(query)


def _key(key: str | None) -> str:
    return f", encryption_config => {{footer_key_value: {literal(key)}}}" if key else ""
