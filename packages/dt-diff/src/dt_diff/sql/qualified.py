"""Queries in a lake that has a schema of the catalog's name: DuckDB finds that name alone ambiguous before a table.

A schema document has such a query as `FROM lake.t`, since the catalog's own name is left out of it. The query is as
DuckDB itself writes it.
"""

from collections.abc import Iterator

from dt_contract.identifiers import fold
from dt_contract.lexing import Lexer, Piece

_ENDS = frozenset(
    ("except", "group", "having", "intersect", "limit", "order", "qualify", "select", "union", "where", "window")
)
"""The words after which a comma separates no tables."""


def qualified(sql: str, catalog: str) -> str:
    """Return a query with the catalog before the tables of the schema that is called like it."""
    if fold(catalog) not in fold(sql):
        return sql
    pieces = [piece for piece in Lexer(sql).pieces() if piece.kind not in ("space", "comment")]
    schemas = [pieces[at] for at in _tables(pieces) if _has_two_parts(pieces, at, fold(catalog))]
    for schema in reversed(schemas):
        sql = f"{sql[: schema.start]}{schema.text}.{sql[schema.start :]}"
    return sql


def _tables(pieces: list[Piece]) -> Iterator[int]:
    """Yield the places where a table may be named."""
    lists_tables = [False]
    is_table, before = False, ""
    for at, piece in enumerate(pieces):
        if is_table and piece.kind in ("word", "name"):
            yield at
        word = piece.word if piece.kind in ("word", "sign") else ""
        if word == "(":
            lists_tables.append(is_table)
            continue
        is_table = word == "join" or (word == "from" and before != "distinct") or (word == "," and lists_tables[-1])
        if word == ")":
            lists_tables = lists_tables[:-1] or [False]
        elif word in _ENDS or word == "from":
            lists_tables[-1] = word == "from" and is_table
        before = word


def _has_two_parts(pieces: list[Piece], at: int, catalog: str) -> bool:
    texts = [piece.text for piece in pieces[at : at + 4]]
    return fold(pieces[at].word) == catalog and texts[1:2] == ["."] and texts[3:] != ["."]
