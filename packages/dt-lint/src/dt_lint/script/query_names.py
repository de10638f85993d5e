"""Which relations and functions a query names, by its tokens, in texts that it hands to query() too."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import duckdb

from dt_lake.sqltext import is_readable
from dt_lake.tokens import Token, tokens

_SOURCES = {"FROM", "JOIN", "TABLE", "USING", "SUMMARIZE", "DESCRIBE", "SHOW", "COPY"}
_SOURCES |= {"PIVOT", "PIVOT_WIDER", "PIVOT_LONGER", "UNPIVOT"}
_OTHERS = {"SELECT", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "SET", "VALUES", "QUALIFY", "WINDOW"}
_OTHERS |= {"RETURNING", "WHEN", "TO"}
_Clause = Literal["sources", "condition", "arguments", "other"]
"""What stands here: relations; the condition of a JOIN, behind which a comma and more may follow; arguments of a
function among relations, where a string may name one; or something else."""


class Named(NamedTuple):
    """A name in a query, in one to three folded parts."""

    kind: Literal["relation", "function"]
    parts: tuple[str, ...]


def with_queries(core: Sequence[Token]) -> list[Token]:
    """Return the tokens, and those of the strings that are given to query(), put together."""
    found = list(core)
    for at, token in enumerate(core[:-1]):
        if token.name == "query" and core[at + 1].keyword == "(":
            text = "".join(_strings(core[at + 2 :]))
            found += with_queries(tokens(text)) if is_readable(text) else []
    return found


def _strings(behind: Sequence[Token]) -> Iterator[str]:
    for token in behind:
        if token.keyword == ")":
            break
        if _is_string(token):
            yield token.name or ""


def named_in(core: Sequence[Token]) -> frozenset[Named]:
    """Return the names in a query."""
    return frozenset(_named(with_queries(core)))


def _named(core: Sequence[Token]) -> Iterator[Named]:
    clauses: list[_Clause] = ["other"]
    before, is_call = "", False
    for at, token in enumerate(core):
        word, clause = token.keyword, clauses[-1]
        if word == "(":
            clauses.append(_inside(clause, before, is_call=is_call))
            is_call = False
        elif word == ")":
            clauses = clauses[:-1] or ["other"]
        elif word in _SOURCES or word in _OTHERS or word == "ON":
            clauses[-1] = "sources" if word in _SOURCES else "condition" if word == "ON" else "other"
        elif token.name is not None and before != ".":
            parts, is_call = _chain(core, at)
            if is_call and before != "AS":
                yield Named("function", parts)
            elif _is_source(token, clause, before):
                yield Named("relation", parts)
        before = word


def _inside(clause: _Clause, before: str, *, is_call: bool) -> _Clause:
    """What stands in a parenthesis."""
    if is_call and clause in ("sources", "arguments"):
        return "arguments"
    return "sources" if clause == "sources" and before != "USING" else "other"


def _is_source(token: Token, clause: _Clause, before: str) -> bool:
    if clause == "arguments":
        return _is_string(token)
    is_next = (clause == "sources" and before in ("(", ",")) or (clause == "condition" and before == ",")
    return before in _SOURCES or is_next


def _chain(core: Sequence[Token], at: int) -> tuple[tuple[str, ...], bool]:
    """The parts of the name that begins at a token, and whether a parenthesis follows."""
    parts = [core[at].name or ""]
    while at + 2 < len(core) and core[at + 1].keyword == "." and (part := core[at + 2].name) is not None:
        parts.append(part)
        at += 2
    return tuple(parts), at + 1 < len(core) and core[at + 1].keyword == "("


def _is_string(token: Token) -> bool:
    return token.kind == duckdb.token_type.string_const and token.name is not None
