"""Which views and macros are made from which, by the names in their SQL, and an order in which they can be made."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from dt_contract.identifiers import fold
from dt_contract.lexing import Lexer
from dt_contract.schema import Macro, View

Definition = View | Macro


class Mentions(NamedTuple):
    """Folded names in a text: `called` stand before a parenthesis; the others may be tables, views or columns.

    `bare` are those of both that follow no dot.
    """

    named: frozenset[str]
    called: frozenset[str]
    bare: frozenset[str]


def mentions(texts: Iterable[str]) -> Mentions:
    """Return what texts of SQL mention; a name that DuckDB would not look up in the lake may be among them."""
    named: set[str] = set()
    called: set[str] = set()
    bare: set[str] = set()
    for text in texts:
        pieces = [piece for piece in Lexer(text).pieces() if piece.kind not in ("space", "comment")]
        followed = [*(piece.text for piece in pieces[1:]), ""]
        before = ["", *(piece.text for piece in pieces)]
        for piece, last, after in zip(pieces, before, followed, strict=False):
            if piece.kind in ("word", "name"):
                word = fold(piece.word)
                (called if after == "(" else named).add(word)
                if last != ".":
                    bare.add(word)
    return Mentions(frozenset(named), frozenset(called), frozenset(bare))


def in_order(made: Sequence[Definition], all_: Sequence[Definition] | None = None) -> list[Definition]:
    """Return views and macros to be made so that each comes after what it is made from; else as they are given.

    What is between two of them may be there already: `all_` are all views and macros, if there are others.
    """
    known = made if all_ is None else all_
    tables = _by_name(item for item in known if isinstance(item, View) or item.kind == "table")
    functions = _by_name(item for item in known if isinstance(item, Macro))
    ordered: dict[int, Definition] = {}
    for definition in made:
        _visit(definition, tables, functions, ordered)
    wanted = set(map(id, made))
    return [definition for definition in ordered.values() if id(definition) in wanted]


def needed_first(definitions: Sequence[Definition], called: frozenset[str]) -> list[Definition]:
    """Return the macros that are called, and those that such a one is made from."""
    macros = [item for item in definitions if isinstance(item, Macro)]
    wanted = [macro for macro in macros if fold(macro.name) in called]
    functions = _by_name(macros)
    ordered: dict[int, Definition] = {}
    for macro in wanted:
        _visit(macro, {}, functions, ordered)
    return list(ordered.values())


def sql_of(definition: Definition) -> Iterator[str]:
    """Return the texts that may mention others."""
    if isinstance(definition, View):
        yield definition.sql
        return
    for overload in definition.overloads:
        yield overload.sql


def _visit(
    definition: Definition,
    tables: Mapping[str, Sequence[Definition]],
    functions: Mapping[str, Sequence[Definition]],
    ordered: dict[int, Definition],
) -> None:
    """Walk without recursion: a stack of definitions, each with those that it still waits for."""
    entered = {id(definition)}
    stack = [(definition, _needed(definition, tables, functions))]
    while stack:
        current, needed = stack[-1]
        item = next(needed, None)
        if item is None:
            ordered.setdefault(id(current), current)
            stack.pop()
        elif id(item) not in entered and id(item) not in ordered:
            entered.add(id(item))
            stack.append((item, _needed(item, tables, functions)))


def _needed(
    definition: Definition, tables: Mapping[str, Sequence[Definition]], functions: Mapping[str, Sequence[Definition]]
) -> Iterator[Definition]:
    found = mentions(sql_of(definition))
    for names, places in ((found.named, tables), (found.called, functions)):
        for name in sorted(names):
            yield from places.get(name, ())


def _by_name(definitions: Iterable[Definition]) -> dict[str, list[Definition]]:
    found: dict[str, list[Definition]] = {}
    for definition in definitions:
        found.setdefault(fold(definition.name), []).append(definition)
    return found
