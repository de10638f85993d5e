"""How many rows a statement changed, as DuckDB says when it has run."""

from contextlib import suppress

import duckdb

from dt_contract.plan import PlannedRows
from dt_lint.script.effect import Action
from dt_lint.script.statements import Statement
from ducktracker.plan.merged_rows import merged_rows

_COUNTED: dict[Action, str] = {
    "copy_from": "inserted",
    "create": "inserted",
    "delete": "deleted",
    "insert": "inserted",
    "merge": "merged",
    "update": "updated",
}


def changed_rows(connection: duckdb.DuckDBPyConnection, statement: Statement, before: int | None) -> PlannedRows | None:
    """Return how many rows a statement changed that has just run; None if it changes none, or if that isn't known.

    `before` is what `rows_before` returned.
    """
    effect = statement.effect
    counted = _COUNTED.get(effect.action)
    is_ddl = effect.action == "create" and not effect.has_query
    if counted is None or is_ddl or statement.sql != statement.core or statement.keyword == "PREPARE":
        return None
    number = _number(connection)
    if number is None:
        return None
    if effect.action == "merge":
        return merged_rows(connection, statement, number, before)
    return PlannedRows(**{counted: number})


def _number(connection: duckdb.DuckDBPyConnection) -> int | None:
    # What RETURNING returns need not have a type that Python's client knows.
    with suppress(duckdb.Error, ImportError):
        rows = connection.fetchall()
        is_count = [column[0] for column in connection.description or ()] == ["Count"] and len(rows) == 1
        return int(rows[0][0]) if is_count else len(rows)
    return None
