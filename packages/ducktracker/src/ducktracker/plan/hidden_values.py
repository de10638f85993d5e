"""Errors without the values of rows that they may quote."""

import re
from collections.abc import Iterable
from itertools import pairwise

from dt_lake.tokens import Token, tokens
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
_READER = re.compile(r"(read_(csv|json|ndjson)|sniff_csv)\w*")
_FILE = re.compile(r"\.(csv|tsv|json|jsonl|ndjson)\b")


def without_values(error: str, ran: Iterable[Statement] = ()) -> str:
    """Return an error's text, cut down to DuckDB's class of error if it may quote what was read.

    `ran` is what ran before, with the statement that failed: values in a variable, or in the names of columns, are
    quoted by errors of every class. A text of no class is ours, and kept.
    """
    found = _CLASS.match(error)
    if found is None or (found[1] in _OF_THE_SQL and not any(map(names_values, ran))):
        return error
    return f"{found[1]} (what it says may hold values; --show-values shows it)"


def names_values(statement: Statement) -> bool:
    """Whether names and settings may be made of values from then on: of rows, or of the first line of a file."""
    return names_rows(statement) or _reads_names(statement)


def names_rows(statement: Statement) -> bool:
    """Whether names may be made of values of rows: by SET VARIABLE, by a PIVOT, also of the values of an ENUM."""
    effect = statement.effect
    sets_variable = effect.action == "set" and not effect.path
    makes_enum = effect.action == "create" and effect.kind == "type"
    return sets_variable or makes_enum or (statement.type is None and not effect.fills_column)


def _reads_names(statement: Statement) -> bool:
    """Whether it reads a file that says itself what its columns are called, but not into a table that is there."""
    found = tokens(statement.core) if statement.effect.action != "copy_from" else []
    return any(_is_file(token, before) for before, token in pairwise(found))


def _is_file(token: Token, before: Token) -> bool:
    name = token.name or ""
    return bool(_READER.fullmatch(name)) or (before.keyword in ("FROM", "JOIN", ",") and bool(_FILE.search(name)))
