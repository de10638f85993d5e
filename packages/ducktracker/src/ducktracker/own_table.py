"""Keeps migrations away from ducktracker's own history table."""

from itertools import takewhile

import duckdb

from dt_config.config import Migrations
from dt_contract.errors import InputError
from ducktracker.statements import Script, Statement

_Type = duckdb.StatementType
_CHANGES = {
    None,
    _Type.ALTER,
    _Type.COPY,
    _Type.CREATE,
    _Type.DELETE,
    _Type.DROP,
    _Type.INSERT,
    _Type.MERGE_INTO,
    _Type.PREPARE,
    _Type.UPDATE,
}
_READS = {"FROM", "PIVOT", "SELECT", "UNPIVOT", "WITH"}
"""How a statement begins that DuckDB expands into several and that only reads."""
_REST = {"AS", "SELECT", "SET", "USING", "VALUES", "WHERE"}


def refuse_own_table(script: Script, settings: Migrations) -> None:
    """Raises InputError for a statement that changes the history table, or drops the schema that holds it.

    A table of that name in another schema is refused too: a guard may be too careful, never too lax.
    """
    for statement in script.statements:
        place = f"{script.name}:{statement.line}"
        if _may_change(statement) and settings.schema_history_table.upper() in _targets(statement):
            message = f"a migration must not change {settings.schema_history_table}, ducktracker's own table"
            raise InputError(message, place=place, hint="`ducktracker repair` mends what the history says")
        if statement.words[:2] == ("DROP", "SCHEMA") and settings.target_schema.upper() in _targets(statement):
            raise InputError(f"the schema {settings.target_schema} holds ducktracker's own table", place=place)


def _may_change(statement: Statement) -> bool:
    return statement.type in _CHANGES and not (statement.type is None and statement.words[0] in _READS)


def _targets(statement: Statement) -> set[str]:
    """The names before what a statement reads; all of them behind WITH and PREPARE."""
    words = statement.words
    named = words if words[0] in ("WITH", "PREPARE") else takewhile(lambda word: word not in _REST, words)
    return {word.strip('"').replace('""', '"') for word in named}
