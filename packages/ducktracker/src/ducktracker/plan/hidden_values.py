"""Errors without the values of rows that they may quote."""

import re
from collections.abc import Iterable

from dt_lint.script.statements import Statement

_CLASS = re.compile(r"([A-Za-z]+(?: [A-Za-z]+)* Error): ")
_OF_THE_SQL = {
    "Binder Error",
    "Catalog Error",
    "Dependency Error",
    "Missing Extension Error",
    "Not implemented Error",
    "Parser Error",
    "Permission Error",
    "Syntax Error",
}
"""The classes of errors that DuckDB raises before it reads a row; they quote names and the SQL."""


def without_values(error: str, ran: Iterable[Statement] = ()) -> str:
    """Return an error's text, cut down to DuckDB's class of error if it may quote what was read.

    `ran` is what ran before, with the statement that failed: values in a variable, or in the names of a PIVOT's
    columns, are quoted by errors of every class. A text of no class is ours, and kept.
    """
    found = _CLASS.match(error)
    if found is None or (found[1] in _OF_THE_SQL and not any(map(names_values, ran))):
        return error
    return f"{found[1]} (what it says may hold values; --show-values shows it)"


def names_values(statement: Statement) -> bool:
    """Whether names and settings may be made of values from then on: by SET VARIABLE, and by a PIVOT."""
    effect = statement.effect
    sets_variable = effect.action == "set" and not effect.path
    return sets_variable or (statement.type is None and not effect.fills_column)
