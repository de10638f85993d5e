"""How many rows a MERGE inserted, updated and deleted; DuckDB says only how many they are together."""

from collections.abc import Sequence

import duckdb

from dt_contract.plan import PlannedRows
from dt_lake.sql import name
from dt_lake.tokens import Token, tokens
from dt_lint.script.statements import Statement
from dt_lint.script.words import Words

_ACTIONS = ("INSERT", "UPDATE", "DELETE")
_COUNTED = ({"DELETE"}, {"INSERT", "UPDATE"})
"""What the rows of the table before and after tell. DuckDB counts a row that is matched twice as two."""


def rows_before(connection: duckdb.DuckDBPyConnection, statement: Statement) -> int | None:
    """Return the number of rows in the table of a MERGE that is about to run, None if that is not needed."""
    return _rows(connection, statement) if _actions(statement) in _COUNTED else None


def merged_rows(
    connection: duckdb.DuckDBPyConnection, statement: Statement, total: int, before: int | None
) -> PlannedRows:
    """Return what a MERGE did that has just run. If it inserts and deletes, only the total is known."""
    actions = _actions(statement)
    if before is not None:
        more = _rows(connection, statement) - before
        return PlannedRows(deleted=-more) if actions == {"DELETE"} else PlannedRows(inserted=more, updated=total - more)
    if actions == {"INSERT"}:
        return PlannedRows(inserted=total)
    return PlannedRows(updated=total) if actions == {"UPDATE"} else PlannedRows(merged=total)


def _actions(statement: Statement) -> set[str]:
    """The actions behind THEN, but for that of a CASE; none of what is prepared."""
    if statement.effect.action != "merge" or statement.keyword in ("EXECUTE", "PREPARE"):
        return set()
    found, depth = set(), 0
    before = ""
    for token in tokens(statement.core):
        word = token.keyword
        depth += {"CASE": 1, "END": -1}.get(word, 0)
        if before == "THEN" and depth == 0 and word in _ACTIONS:
            found.add(word)
        before = word
    return found


def _rows(connection: duckdb.DuckDBPyConnection, statement: Statement) -> int:
    row = connection.execute(f"SELECT count(*) FROM {name(*_target(tokens(statement.core)))}").fetchone()
    assert row is not None
    return int(row[0])


def _target(found: Sequence[Token]) -> tuple[str, ...]:
    words = Words(found)
    words.skip_ctes()
    words.expect("MERGE", "INTO")
    words.take("ONLY")
    return words.dotted()
