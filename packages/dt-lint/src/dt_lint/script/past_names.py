"""The tables of which a statement reads the past."""

from collections.abc import Iterator, Sequence

import duckdb

from dt_lake.tokens import Token
from dt_lint.script.names import Home, Name
from dt_lint.script.query_names import with_queries

_UNITS = {"VERSION", "TIMESTAMP"}
_FUNCTIONS = {
    f"{prefix}table_{what}" for prefix in ("", "ducklake_") for what in ("changes", "deletions", "insertions")
}


def past_names(core: Sequence[Token], home: Home) -> tuple[Name, ...]:
    """Return the names before AT (VERSION => …) or AT (TIMESTAMP => …), and those given to DuckLake's functions."""
    found = []
    core = with_queries(core)
    for at, token in enumerate(core):
        if token.keyword != "(" or at == 0:
            continue
        if core[at - 1].keyword == "AT" and core[at + 1 :] and core[at + 1].keyword in _UNITS:
            parts = tuple(_before(core, at - 1))
            found += [home.resolve(parts)] if parts else []
        elif core[at - 1].name in _FUNCTIONS:
            found += _arguments(core[at + 1 :])
    return tuple(found)


def _before(core: Sequence[Token], at: int) -> list[str]:
    """The parts of the name that ends before a token."""
    parts: list[str] = []
    while at > 0 and (part := core[at - 1].name) is not None:
        parts.insert(0, part)
        if at < 3 or core[at - 2].keyword != ".":
            break
        at -= 2
    return parts


def _arguments(core: Sequence[Token]) -> Iterator[Name]:
    """The table that a call names: in one string, or behind catalog and schema."""
    strings = []
    for token in core:
        if token.keyword == ")":
            break
        if token.kind == duckdb.token_type.string_const and token.name is not None:
            strings.append(token.name)
    if len(strings) >= 3:
        yield Name((strings[1],), strings[2])
    elif strings:
        yield Name((), strings[-1])
