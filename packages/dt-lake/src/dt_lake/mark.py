"""The mark of a branch in its catalog: a table of one row that says of which lake it is one."""

import duckdb
import msgspec

from dt_contract.errors import LakeError

TABLE = "ducktracker_branch"
_Row = tuple[str, str, int, str, str, str]
_COLUMNS = "source, lake, snapshot, data_path, source_data_path, made_on"


class Mark(msgspec.Struct, frozen=True):
    """Where and what the source was, without secrets; `snapshot` is the lake snapshot that the branch begins at.

    `made_on` is UTC, RFC 3339.
    """

    source: str
    lake: str
    snapshot: int
    data_path: str
    source_data_path: str
    made_on: str


def read_mark(connection: duckdb.DuckDBPyConnection, table: str) -> Mark:
    """Return the mark in a table, whose quoted name is given. Raises LakeError if it is none."""
    try:
        row = connection.execute(f"SELECT {_COLUMNS} FROM {table} LIMIT 1").fetchone()
        return Mark(*msgspec.convert(row, _Row))
    except (duckdb.BinderException, msgspec.ValidationError):
        raise LakeError(f"{TABLE} is not what marks a branch", hint="ask whoever made this catalog") from None
