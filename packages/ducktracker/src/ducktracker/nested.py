"""Refuses what loses or doubles the fields of a column in one transaction: ADD COLUMN s STRUCT(…), then s or s.a again.

DuckLake keeps a column that a transaction adds as one entry with all its fields. What then changes a field finds no
entry of that (duckdb/ducklake, ducklake_transaction_state.cpp, CancelOrDropField), and what changes the column itself
enters it anew without its fields. COMMIT succeeds, and the lake may not even load again.
"""

from collections import defaultdict
from collections.abc import Sequence

from dt_contract.errors import InputError
from ducktracker.effect import ALTERS_COLUMN, Effect
from ducktracker.names import SameObjects
from ducktracker.statements import Script

_Path = tuple[str, ...]


def check_nested(scripts: Sequence[Script]) -> None:
    """Raises InputError where scripts that share a transaction change a nested column again that they added."""
    same = SameObjects(name for script in scripts for statement in script.statements for name in statement.effect.names)
    tables: defaultdict[tuple[str, str], set[_Path]] = defaultdict(set)
    for script in scripts:
        for statement in script.statements:
            effect = statement.effect
            keys = [same.key(name) for name in effect.names]
            if effect.action == "rename":
                tables[keys[1]] = tables.pop(keys[0], set())
            elif effect.action in ALTERS_COLUMN and _changes_again(effect, tables[keys[0]]):
                raise InputError(
                    "changes a nested column that the same transaction added: this DuckLake would lose fields, "
                    "and might not load the lake again",
                    place=f"{script.name}:{statement.line}",
                    hint="add it as it shall be, or change it in a migration of its own, not --transaction all",
                )


def _changes_again(effect: Effect, added: set[_Path]) -> bool:
    """Whether it changes one of the columns in `added`, which are kept up to date.

    To add a field to one is right, and so is to drop it as a whole. DuckLake adds a field in entries of their own.
    """
    action, path = effect.action, effect.path
    if action != "add_column" and any(_is_in(path, old) and (action, path) != ("drop_column", old) for old in added):
        return True
    inner = {old for old in added if _is_in(old, path)}
    if action in ("drop_column", "rename_column"):
        added -= inner
    if action == "rename_column":
        added |= {(*path[:-1], effect.new_name, *old[len(path) :]) for old in inner}
    if effect.adds_nested:
        added.add(path)
    return False


def _is_in(path: _Path, other: _Path) -> bool:
    return path[: len(other)] == other
