"""The mark of a branch in its catalog: a table of one row that says of which lake it is one."""

import duckdb
import msgspec

from dt_lake.meaning import tampered

TABLE = "ducktracker_branch"
_Row = tuple[str, str, int, str, str, str, tuple[str, ...]]
_COLUMNS = "source, lake, snapshot, data_path, source_data_path, made_on, shared"


class Mark(msgspec.Struct, frozen=True):
    """Where and what the source was, without secrets; `snapshot` is the lake snapshot that the branch begins at.

    `made_on` is UTC, RFC 3339. `shared` are the data paths of all lakes whose files it shares, the source's first.
    """

    source: str
    lake: str
    snapshot: int
    data_path: str
    source_data_path: str
    made_on: str
    shared: tuple[str, ...]


def read_mark(connection: duckdb.DuckDBPyConnection, table: str) -> Mark:
    """Return the mark in a table, given as it stands after FROM. Raises LakeError if it is none."""
    try:
        *values, shared = connection.execute(f"SELECT {_COLUMNS} FROM {table} LIMIT 1").fetchone() or ()
        paths = msgspec.json.decode(str(shared), type=tuple[str, ...])
        return Mark(*msgspec.convert((*values, paths), _Row))
    except (duckdb.BinderException, ValueError):
        raise tampered(f"{TABLE} is not what marks a branch", None) from None
