"""Whether a migration does to DuckDB what a new session would not undo."""

import duckdb

from ducktracker.statements import Script, Statement

_KEPT_IN_THE_LAKE = {
    duckdb.StatementType.ALTER,
    duckdb.StatementType.DELETE,
    duckdb.StatementType.DROP,
    duckdb.StatementType.EXPLAIN,
    duckdb.StatementType.INSERT,
    duckdb.StatementType.MERGE_INTO,
    duckdb.StatementType.SELECT,
    duckdb.StatementType.UPDATE,
}
_CREATED_IN_THE_LAKE = {"SCHEMA", "TABLE", "VIEW", "MACRO", "FUNCTION"}


def touches_session(script: Script) -> bool:
    """Whether the next migration needs a DuckDB of its own: after SET, ATTACH, LOAD, CREATE SECRET …

    A list of what is known to leave nothing behind, so that what is not known counts as touching.
    """
    return not all(_leaves_nothing(statement) for statement in script.statements)


def _leaves_nothing(statement: Statement) -> bool:
    if statement.type == duckdb.StatementType.CREATE:
        words = [word for word in statement.words[1:] if word not in ("OR", "REPLACE")]
        return words[:1] != [] and words[0] in _CREATED_IN_THE_LAKE
    return statement.type in _KEPT_IN_THE_LAKE
