"""What makes two objects the same for SQL: as for a diff, but that another case is no other name in two lakes."""

from collections.abc import Sequence
from typing import TypeVar

from dt_contract.identifiers import fold
from dt_contract.schema import Macro, SchemaDocument, Table, View
from dt_diff.identity import TWO_LAKES, Identity, identity_of
from dt_diff.matching import Matches, Rule, match

Placed = TypeVar("Placed", bound=Table | View | Macro)

_TWO_LAKES = TWO_LAKES._replace(
    tables=(*TWO_LAKES.tables, Rule(lambda table: (fold(table.schema), fold(table.name)))),
    columns=(*TWO_LAKES.columns, Rule(lambda column: fold(column.name))),
    views=(*TWO_LAKES.views, Rule(lambda view: (fold(view.schema), fold(view.name)))),
)
"""A table that was dropped only because a letter is a capital would lose its rows."""


def sql_identity(expected: SchemaDocument, actual: SchemaDocument) -> Identity:
    """Return the rules for two documents."""
    found = identity_of(expected, actual)
    return _TWO_LAKES if found is TWO_LAKES else found


def is_one_lake(identity: Identity) -> bool:
    """Whether objects are the same by their ids."""
    return identity is not _TWO_LAKES


def in_place(before: Sequence[Placed], after: Sequence[Placed], rules: Sequence[Rule[Placed]]) -> Matches[Placed]:
    """Match tables, views or macros, but none that SQL can't move: to another schema, or a macro to another name."""
    found = match(before, after, rules)
    pairs, removed, added = [], [*found.removed], [*found.added]
    for old, new in found.pairs:
        if _stays(old, new):
            pairs.append((old, new))
        else:
            removed.append(old)
            added.append(new)
    return Matches(pairs, removed, added)


def _stays(before: Table | View | Macro, after: Table | View | Macro) -> bool:
    is_there = _is_same(before.schema, after.schema)
    return is_there and (not isinstance(before, Macro) or _is_same(before.name, after.name))


def _is_same(before: str, after: str) -> bool:
    return before == after or fold(before) == fold(after)
