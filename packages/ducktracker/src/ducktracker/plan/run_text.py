"""Whether a statement runs text as SQL that is not written in it.

DuckDB makes SQL of the argument of `query` and `query_table` as it binds, and computes it each time: what EXPLAIN has
seen need not be what is run (`query(CASE WHEN current_query() LIKE …)`). Only what is written out stays the same.
"""

from collections.abc import Collection, Sequence

import duckdb

from dt_contract.identifiers import fold
from dt_lake.sql import name
from dt_lake.tokens import Token, tokens

_RUN_TEXT = frozenset(("query", "query_table"))
_NAMES = {"EXISTS", "FUNCTION", "INTO", "MACRO", "TABLE", "VIEW"}
"""What comes before the name of an object, and never before a call."""
_MACROS = """
SELECT m.macro_name, i.sql FROM {macros} m JOIN {bodies} i USING (macro_id)
WHERE m.end_snapshot IS NULL AND EXISTS (FROM {bodies} b WHERE contains(lower(b.sql), 'query'))
"""


def why_unclear(connection: duckdb.DuckDBPyConnection, catalog: str, sql: str) -> str | None:
    """Return which call of a statement runs text that can't be told beforehand, also by a macro of the lake."""
    if "(" not in sql:
        return None
    running, folded = _RUN_TEXT | _macros(connection, catalog), fold(sql).replace('""', '"')
    call = _runs_text(tokens(sql), running) if any(called in folded for called in running) else None
    return f"{call}() runs text that is not written in the file" if call else None


def _macros(connection: duckdb.DuckDBPyConnection, catalog: str) -> frozenset[str]:
    """The macros of the lake that run text. Those that the migrations make are not made if they do."""
    metadata = f"__ducklake_metadata_{catalog}"
    query = _MACROS.format(macros=name(metadata, "ducklake_macro"), bodies=name(metadata, "ducklake_macro_impl"))
    bodies = [(fold(macro), tokens(sql)) for macro, sql in connection.execute(query).fetchall()]
    running: set[str] = set()
    while more := {macro for macro, body in bodies if macro not in running and _runs_text(body, _RUN_TEXT | running)}:
        running |= more
    return frozenset(running)


def _runs_text(found: Sequence[Token], running: Collection[str]) -> str | None:
    for place, token in enumerate(found[:-1]):
        called = token.name
        if called in running and found[place + 1].keyword == "(" and not _is_named(found, place):
            argument = found[place + 2 : place + 4]
            is_written = called in _RUN_TEXT and len(argument) == 2 and argument[1].keyword == ")"
            text = argument[0].name if is_written and argument[0].kind == duckdb.token_type.string_const else None
            if text is None or _runs_text(tokens(text), running):
                return called
    return None


def _is_named(found: Sequence[Token], place: int) -> bool:
    """Whether it is the name of an object that is made or written to, and no call."""
    while place > 1 and found[place - 1].keyword == ".":
        place -= 2
    return place > 0 and found[place - 1].keyword in _NAMES
