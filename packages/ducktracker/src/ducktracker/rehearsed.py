"""Which statements may be rehearsed: a list of those that a ROLLBACK undoes, and nothing else."""

import re
from collections.abc import Iterator

import duckdb
import msgspec

from dt_contract.errors import Stop
from ducktracker.classify import is_harmless_pragma
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
_QUERIES = {_Type.COPY, _Type.DELETE, _Type.INSERT, _Type.MERGE_INTO, _Type.SELECT, _Type.UPDATE}
_CALLS = {"set_option", "ducklake_set_option", "set_commit_message", "ducklake_set_commit_message"}
_REACHES_OUT = re.compile(
    r"(?i)\b(ducklake_(?!snapshots|table_info|options|settings|current_snapshot|last_committed_snapshot|list_files"
    r"|table_insertions|table_deletions|scan|insert|inline_data|update|delete\b|create_table_as|partition|sort)\w+"
    r"|cleanup_old_files|delete_orphaned_files|expire_snapshots|flush_inlined_data|merge_adjacent_files"
    r"|rewrite_data_files|postgres_execute|postgres_query|sqlite_query|mysql_execute)\b"
)


def why_not(connection: duckdb.DuckDBPyConnection, statement: Statement) -> str | None:
    """Gives why a statement is not rehearsed, or null when it is. `connection` is where it would run."""
    if statement.type == _Type.CALL:
        is_undone = bool(_CALLS.intersection(statement.effect.path[-1:]))
        return None if is_undone else f"{statement.keyword} may do what a rollback does not undo"
    if statement.effect.action == "pragma" and not is_harmless_pragma(statement):
        return "PRAGMA may do what a rollback does not undo"
    if _REACHES_OUT.search(statement.sql) or _REACHES_OUT.search(" ".join(_operators(connection, statement))):
        return "it may do what a rollback does not undo"
    if statement.type is None or statement.type in _UNDONE or _creates_undone(statement) or _copies_in(statement):
        return None
    return f"{statement.keyword} is not undone by a rollback"


def _creates_undone(statement: Statement) -> bool:
    return statement.type == _Type.CREATE and statement.effect.kind != "secret"


def _copies_in(statement: Statement) -> bool:
    return statement.type == _Type.COPY and statement.effect.action == "copy_from"


class _Operator(msgspec.Struct):
    name: str
    children: list["_Operator"] = []


def _operators(connection: duckdb.DuckDBPyConnection, statement: Statement) -> Iterator[str]:
    """What DuckDB would run, as EXPLAIN says: it has looked into macros, views and query()."""
    if statement.type not in _QUERIES and not statement.effect.creates_table_as:
        return
    try:
        rows = connection.execute(f"EXPLAIN (FORMAT json) {statement.core}").fetchall()
        waiting = msgspec.json.decode(rows[0][1], type=list[_Operator])
    except Stop:
        raise
    except (duckdb.Error, IndexError):
        # It will fail when it runs too, or it is a PIVOT, which DuckDB expands.
        return
    while waiting:
        operator = waiting.pop()
        yield operator.name
        waiting += operator.children
