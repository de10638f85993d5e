"""Which statements may be rehearsed: a list of those that a ROLLBACK undoes, and nothing else."""

import re

import duckdb

from ducktracker.nature import creates
from ducktracker.statements import Statement

_Type = duckdb.StatementType
_UNDONE = {
    _Type.ALTER,
    _Type.DELETE,
    _Type.DROP,
    _Type.EXPLAIN,
    _Type.INSERT,
    _Type.MERGE_INTO,
    _Type.SELECT,
    _Type.SET,
    _Type.UPDATE,
    _Type.VARIABLE_SET,
}
_CALLS = {"SET_OPTION", "DUCKLAKE_SET_OPTION", "SET_COMMIT_MESSAGE", "DUCKLAKE_SET_COMMIT_MESSAGE"}
_REACHES_OUT = re.compile(
    r"(?i)\b(ducklake_(?!snapshots|table_info|options|current_snapshot|last_committed_snapshot|list_files)\w+"
    r"|cleanup_old_files|delete_orphaned_files|expire_snapshots|flush_inlined_data|merge_adjacent_files"
    r"|rewrite_data_files|postgres_execute|postgres_query|sqlite_query|mysql_execute)\b"
)


def why_not(statement: Statement) -> str | None:
    """Gives why a statement is not rehearsed, or null when it is."""
    if statement.type == _Type.CALL:
        called = set(statement.words) & _CALLS
        return None if called else "a CALL may do what a rollback does not undo"
    if _REACHES_OUT.search(statement.sql):
        return "it may do what a rollback does not undo"
    if statement.type is None or statement.type in _UNDONE or _creates_undone(statement) or _copies_in(statement):
        return None
    return f"{statement.words[0]} is not undone by a rollback"


def _creates_undone(statement: Statement) -> bool:
    if statement.type != _Type.CREATE:
        return False
    is_temporary = not {"TEMP", "TEMPORARY"}.isdisjoint(statement.words[1:4])
    return creates(statement) is not None or (is_temporary and "SECRET" not in statement.words[:6])


def _copies_in(statement: Statement) -> bool:
    return statement.type == _Type.COPY and "FROM" in statement.words[1:8] and "TO" not in statement.words[1:8]


_ONLY_UNCOMMITTED = re.compile(r"transaction-local changes|no stats are available|Settings cannot be set for")
_ONLY_INLINED = re.compile(r"transaction-local inlined data")


def is_limit_of_rehearsal(error: duckdb.Error, *, is_first: bool) -> bool:
    """Whether a statement failed only because of how it is rehearsed (ducklake-facts, traps 10 and 18).

    Earlier migrations are not committed yet, and rows are kept in the catalog, where migrate would write files.
    """
    text = str(error)
    return bool(_ONLY_INLINED.search(text)) or (not is_first and bool(_ONLY_UNCOMMITTED.search(text)))
