"""What a statement may change besides the lake and its own session. A list of what is known to change nothing else."""

import duckdb

from dt_lake.tokens import tokens
from dt_lint.script.statements import Statement

_Type = duckdb.StatementType
_IN_THE_LAKE = {
    *(_Type.ALTER, _Type.CALL, _Type.DELETE, _Type.DROP, _Type.EXECUTE, _Type.EXPLAIN, _Type.INSERT),
    *(_Type.MERGE_INTO, _Type.PREPARE, _Type.SELECT, _Type.SET, _Type.UPDATE, _Type.VARIABLE_SET),
}
_KINDS = {"index", "macro", "schema", "sequence", "table", "type", "view"}
_WRITES_FILES = {"enable_logging", "enable_profiling"}
"""Functions and pragmas whose arguments may name a file to write."""


def reaches_beyond(statement: Statement) -> str | None:
    """Return what makes a statement write outside of the lake that it runs in, None if it does not.

    It may read outside of it. What it sets is for a DuckDB that is locked to refuse.
    """
    effect, word = statement.effect, statement.keyword
    if effect.action in ("copy_to", "copy_database"):
        return "COPY … TO writes a file" if effect.action == "copy_to" else "COPY FROM DATABASE reads another database"
    if _names_writer(statement.core):
        return "it may write a log"
    if statement.type == _Type.CREATE:
        is_kept = effect.kind == "secret" and "PERSISTENT" in statement.core.upper()
        is_known = effect.kind in _KINDS or (effect.kind == "secret" and not is_kept)
        return None if is_known else f"CREATE {effect.kind.upper()} changes more than the lake"
    if statement.type in _IN_THE_LAKE or effect.action == "copy_from" or effect.fills_column or effect.has_query:
        return None
    return None if statement.type is None and word in _SEVERAL else f"{word} reaches beyond the lake"


_SEVERAL = {"PIVOT", "UNPIVOT", "FROM", "SELECT", "WITH", "CREATE", "INSERT", "DELETE", "UPDATE", "PRAGMA", "SHOW", "("}
"""How a statement may begin that DuckDB makes several of."""


def _names_writer(sql: str) -> bool:
    return "enable_" in sql.lower() and any(token.name in _WRITES_FILES for token in tokens(sql))
