"""What kind of migration a script is: whether others may share its transaction, and its DuckDB afterwards."""

import duckdb

from dt_lint.script.statements import Script, Statement

_Type = duckdb.StatementType
_IN_THE_LAKE = {
    _Type.ALTER,
    _Type.DELETE,
    _Type.DROP,
    _Type.EXPLAIN,
    _Type.INSERT,
    _Type.MERGE_INTO,
    _Type.SELECT,
    _Type.UPDATE,
}
_WITHOUT_ROWS = {
    *("add_column", "rename", "comment", "rename_column", "alter_type"),
    *("set_default", "drop_default", "drop_not_null"),
}
_HARMLESS_PRAGMAS = {
    "collations",
    "database_list",
    "database_size",
    "functions",
    "metadata_info",
    "platform",
    "show",
    "show_databases",
    "show_tables",
    "show_tables_expanded",
    "storage_info",
    "table_info",
    "user_agent",
    "version",
}


def touches_session(script: Script) -> bool:
    """Whether the next migration needs a DuckDB of its own: after SET, ATTACH, LOAD, CREATE SECRET …

    A list of what is known to leave nothing behind, so that what is not known counts as touching.
    """
    return not all(_leaves_nothing(statement) for statement in script.statements)


def _leaves_nothing(statement: Statement) -> bool:
    """What DuckDB expands, as it does PIVOT, may leave a type of its own."""
    if statement.effect.action == "pragma":
        return is_harmless_pragma(statement)
    return statement.type in _IN_THE_LAKE or statement.effect.creates is not None


def is_harmless_pragma(statement: Statement) -> bool:
    """Whether it is a PRAGMA that is known to do nothing but show something."""
    return statement.type == _Type.SELECT and statement.effect.path[0] in _HARMLESS_PRAGMAS


def needs_no_files(statement: Statement) -> bool:
    """Whether it changes the schema alone, and asks for no row and no statistics of one."""
    effect = statement.effect
    if effect.creates:
        return not effect.creates_table_as and not effect.or_replace
    return effect.alters and effect.action in _WITHOUT_ROWS and not effect.fills_column


def is_plain_ddl(script: Script) -> bool:
    """Whether others may share its transaction: it changes the schema alone, and in no way that DuckLake then forgets.

    That is, it writes no data, renames no table, adds no nested column to one and resets no keys.
    """
    return all(_is_plain(statement) for statement in script.statements)


def _is_plain(statement: Statement) -> bool:
    effect = statement.effect
    match statement.type:
        case _Type.CREATE:
            return effect.creates is not None and not effect.creates_table_as
        case _Type.ALTER:
            resets = effect.action in ("reset_partitioned", "reset_sorted")
            return effect.alters and not (effect.action == "rename" or effect.adds_nested or resets)
        case other:
            return other == _Type.DROP
