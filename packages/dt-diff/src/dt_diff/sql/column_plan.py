"""What becomes of each column of a table that stays."""

from collections.abc import Sequence
from typing import NamedTuple

from dt_contract.identifiers import fold
from dt_contract.schema import Column, Table
from dt_diff.matching import Rule, match
from dt_diff.sql.casting import can_cast
from dt_diff.sql.fields import CantReshape, Reshaped, reshape
from dt_diff.sql.key_text import key_columns
from dt_diff.sql.renaming import FreeNames, Renames, rename_steps


class Kept(NamedTuple):
    """A column that stays what it is, however it is changed."""

    old: Column
    new: Column
    shape: Reshaped


class Added(NamedTuple):
    """A new column, and under its name by then the one whose values it takes; that one has the wrong type."""

    column: Column
    source: Column | None = None
    source_name: str = ""


class ColumnPlan(NamedTuple):
    """`dropped_first` are columns by name, `dropped_last` those that the table can't do without before."""

    kept: tuple[Kept, ...]
    added: tuple[Added, ...]
    dropped_first: tuple[str, ...]
    dropped_last: tuple[str, ...]
    renames: Renames
    remade: tuple[str, ...]
    """The new columns that are the same as old ones of another type."""

    def order(self) -> list[str]:
        """Return the names of the columns in the order in which they are then."""
        return [kept.new.name for kept in self.kept] + [added.column.name for added in self.added]


def plan_columns(before: Table, after: Table, rules: Sequence[Rule[Column]], *, has_rows: bool) -> ColumnPlan:
    """Return the plan; without rows, no column takes the values of another one."""
    columns = match(before.columns, after.columns, rules)
    kept, sources = _kept(columns.pairs, before, rules)
    removed = [*columns.removed, *(old for old, new in sources if not has_rows)]
    in_keys = {fold(name) for key in (*before.partition_by, *before.sorted_by) for name in key_columns(key)}
    needed = {fold(column.name) for column in after.columns}
    waits = {column.name for column in removed if not kept or fold(column.name) in in_keys}
    first = [column.name for column in removed if column.name not in waits]
    takes = {id(new): old for old, new in sources if has_rows and can_cast(old, new)}
    aside = [*sorted(waits), *(old.name for old, _ in sources if has_rows)]
    free = FreeNames(column.name for column in (*before.columns, *after.columns))
    moved = {name: free.beside(name) if fold(name) in needed else name for name in aside}
    renames = [(item.old.name, item.new.name) for item in kept if item.old.name != item.new.name]
    steps = [(name, new) for name, new in moved.items() if name != new] + rename_steps(renames, free)
    staying = {id(item.new) for item in kept}
    added = tuple(
        Added(new, takes.get(id(new)), moved.get(takes[id(new)].name, "") if id(new) in takes else "")
        for new in after.columns
        if id(new) not in staying
    )
    return ColumnPlan(kept, added, tuple(first), tuple(moved.values()), steps, tuple(new.name for _, new in sources))


def _kept(
    pairs: Sequence[tuple[Column, Column]], before: Table, rules: Sequence[Rule[Column]]
) -> tuple[tuple[Kept, ...], Sequence[tuple[Column, Column]]]:
    """Return the pairs that ALTER can make equal, in their order, and the others."""
    places = {id(column): place for place, column in enumerate(before.columns)}
    kept: list[Kept] = []
    others: list[tuple[Column, Column]] = []
    for old, new in sorted(pairs, key=lambda pair: places[id(pair[0])]):
        try:
            kept.append(Kept(old, new, reshape(old, new, rules)))
        except CantReshape:
            others.append((old, new))
    return tuple(kept), others
