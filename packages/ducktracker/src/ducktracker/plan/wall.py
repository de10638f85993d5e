"""Which statements of a migration plan does not run, whatever a sandbox allows.

A list of what is known to reach nothing but the lake: by its type, and for whatever contains a query by what DuckDB's
binder makes of it. What can't be explained is not run.
"""

import re

import duckdb

from dt_contract.identifiers import fold
from dt_lake.sandbox import MAY_SET
from dt_lake.sql import literal
from dt_lake.tokens import Token, tokens
from dt_lint.script.classify import is_harmless_pragma
from dt_lint.script.effect import Effect
from dt_lint.script.statements import Statement
from dt_lint.script.words import Words
from ducktracker.plan.explain import why_not_run
from ducktracker.plan.pivot import explainable
from ducktracker.plan.run_text import why_unclear

_Type = duckdb.StatementType
_QUERIES = {
    _Type.CALL,
    _Type.CREATE,
    _Type.DELETE,
    _Type.EXECUTE,
    _Type.INSERT,
    _Type.MERGE_INTO,
    _Type.PREPARE,
    _Type.SELECT,
    _Type.UPDATE,
}
_SETS = {_Type.SET, _Type.VARIABLE_SET}
_KINDS = {"index", "macro", "schema", "sequence", "table", "type", "view"}
"""The kinds of objects that a migration may create and drop."""
_PREPARED = {"delete", "insert", "merge", "select", "update"}
_WHY = {
    "ATTACH": "ATTACH opens another database",
    "CHECKPOINT": "CHECKPOINT does maintenance",
    "COPY": "COPY writes a file",
    "EXPORT": "EXPORT writes files",
    "INSTALL": "INSTALL changes DuckDB",
    "LOAD": "LOAD changes DuckDB",
}
_MAY_SET = frozenset(map(fold, (*MAY_SET, "time")))
"""`SET TIME ZONE` is read as setting `time`."""
_METADATA = "__ducklake_metadata_"
_MAINTENANCE = re.compile(
    r"(ducklake_)?(merge_adjacent_files|rewrite_data_files|expire_snapshots|cleanup_old_files|delete_orphaned_files"
    r"|flush_inlined_data|add_data_files)"
)
_SUBQUERY = re.compile("cannot contain subquer")


def why_not_tried(connection: duckdb.DuckDBPyConnection, catalog: str, statement: Statement) -> str | None:
    """Return why plan doesn't run a statement on a branch, None if it does.

    `connection` is that of the sandbox, where all statements before it have run that are tried. Raises the error of
    DuckDB's that running it would raise, if it can't even be bound: then it must not be run either, as it may be bound
    otherwise the next time.
    """
    if _names_metadata(statement.core):
        return "it names the tables in which DuckLake keeps the lake"
    if _names_maintenance(statement.core):
        return "maintenance is for the lake itself"
    effect = statement.effect
    if statement.type in _SETS and not (effect.action == "set" and not effect.path):
        return _why_not_set(effect, tokens(statement.core))
    if effect.action == "pragma":
        return None if is_harmless_pragma(statement) else f"PRAGMA {'.'.join(effect.path)} may reach beyond the lake"
    if statement.type == _Type.ALTER:
        return None if effect.alters else f"ALTER {effect.kind.upper()} may reach beyond the lake"
    if statement.type == _Type.DROP:
        is_known = effect.kind in _KINDS or statement.keyword == "DEALLOCATE"
        return None if is_known else f"DROP {effect.kind.upper()} may reach beyond the lake"
    return why_unclear(connection, catalog, statement.core) or _why_not_query(connection, statement)


def _names_metadata(sql: str) -> bool:
    is_said = _METADATA in fold(sql)
    return is_said and any(_METADATA in (token.name or fold(token.text)) for token in tokens(sql))


def _names_maintenance(sql: str) -> bool:
    """Where there is nothing to maintain at the moment, the binder makes nothing of it."""
    is_said = _MAINTENANCE.search(fold(sql))
    return bool(is_said) and any(token.name and _MAINTENANCE.fullmatch(token.name) for token in tokens(sql))


def _why_not_query(connection: duckdb.DuckDBPyConnection, statement: Statement) -> str | None:
    effect = statement.effect
    if statement.type is None:
        return _why_not_several(connection, statement)
    if statement.type == _Type.CREATE and effect.kind not in _KINDS:
        return f"CREATE {effect.kind.upper()} may reach beyond the lake"
    if statement.type == _Type.CREATE and effect.kind == "macro" and effect.target:
        return _why_not_macro(connection, effect.target.name)
    if statement.type == _Type.PREPARE and effect.action not in _PREPARED:
        return "it prepares what may reach beyond the lake"
    is_variable = statement.type in _SETS
    if statement.type in _QUERIES or is_variable or (statement.type == _Type.COPY and effect.action == "copy_from"):
        return why_not_run(connection, statement.core)
    return _WHY.get(statement.keyword, f"{statement.keyword} may reach beyond the lake")


def _why_not_macro(connection: duckdb.DuckDBPyConnection, called: str) -> str | None:
    """A macro takes the place of a function of DuckDB's, also in our own SQL, which nobody explains."""
    query = f"FROM system.main.duckdb_functions() WHERE internal AND function_name = {literal(called)} LIMIT 1"
    is_of_duckdb = connection.execute(query).fetchall()
    return f"it takes the place of DuckDB's own function {called}" if is_of_duckdb else None


def _why_not_set(effect: Effect, found: list[Token]) -> str | None:
    """`SET schema` is USE, and takes no more here than a name that can be told."""
    if effect.action == "use":
        return None
    setting = effect.path[-1]
    if setting not in _MAY_SET:
        return f"plan does not let a migration set {setting}"
    is_plain = found[-2].keyword in ("=", "TO") and found[-1].name is not None
    if setting in ("schema", "search_path") and found[0].keyword != "RESET" and not is_plain:
        return f"plan can't tell to what it sets {setting}"
    return None


def _why_not_several(connection: duckdb.DuckDBPyConnection, statement: Statement) -> str | None:
    """Of a statement that DuckDB makes several of: ADD COLUMN … DEFAULT, PIVOT, COPY FROM DATABASE."""
    if statement.effect.fills_column:
        return _why_not_default(connection, statement)
    sql = explainable(statement.core)
    try:
        is_one = len(connection.extract_statements(sql)) == 1
    except duckdb.ParserException:
        is_one = False
    return why_not_run(connection, sql) if is_one else "DuckDB can't explain what it would run"


def _why_not_default(connection: duckdb.DuckDBPyConnection, statement: Statement) -> str | None:
    """The DEFAULT of a new column is run by an UPDATE, with what it reads. That of a new table must not read."""
    words = Words(tokens(statement.core))
    words.expect("ALTER", "TABLE")
    words.take("IF", "EXISTS")
    words.dotted()
    words.expect("ADD")
    words.take("COLUMN")
    words.take("IF", "NOT", "EXISTS")
    column = statement.core.encode()[words.rest()[0].start :].decode()
    try:
        return why_not_run(connection, f"CREATE TEMP TABLE ducktracker_probe ({column}\n)")
    except duckdb.BinderException as error:
        if _SUBQUERY.search(str(error)):
            return "its DEFAULT is a query"
        raise
