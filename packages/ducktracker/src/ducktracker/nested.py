"""Refuses what loses or doubles the fields of a column in one transaction: ADD COLUMN s STRUCT(…), then s or s.a again.

DuckLake keeps a column that a transaction adds as one entry with all its fields. What then changes a field finds no
entry of that (duckdb/ducklake, ducklake_transaction_state.cpp, CancelOrDropField), and what changes the column itself
enters it anew without its fields. COMMIT succeeds, and the lake may not even load again.
"""

from collections import defaultdict
from collections.abc import Sequence

from dt_contract.errors import InputError
from ducktracker.nature import adds_nested, alters_column, new_name, renames_object, target
from ducktracker.statements import Script, Statement

_Path = tuple[str, ...]


def check_nested(scripts: Sequence[Script]) -> None:
    """Raises InputError where scripts that share a transaction change a nested column again that they added."""
    tables: defaultdict[str, set[_Path]] = defaultdict(set)
    for script in scripts:
        for statement in script.statements:
            table, change = target(statement), alters_column(statement)
            if renames_object(statement):
                tables[new_name(statement)] = tables.pop(table, set())
            elif change and _changes_again(statement, tables[table], *change):
                raise InputError(
                    "changes a nested column that the same transaction added: this DuckLake would lose fields, "
                    "and might not load the lake again",
                    place=f"{script.name}:{statement.line}",
                    hint="add it as it shall be, or change it in a migration of its own, not --transaction all",
                )


def _changes_again(statement: Statement, added: set[_Path], verb: str, path: _Path) -> bool:
    """Whether it changes one of the columns in `added`, which are kept up to date.

    To add a field to one is right, and so is to drop it as a whole. DuckLake adds a field in entries of their own.
    """
    if verb != "ADD" and any(_is_in(path, old) and (verb, path) != ("DROP", old) for old in added):
        return True
    inner = {old for old in added if _is_in(old, path)}
    if verb in ("DROP", "RENAME"):
        added -= inner
    if verb == "RENAME":
        added |= {(*path[:-1], new_name(statement), *old[len(path) :]) for old in inner}
    if adds_nested(statement):
        added.add(path)
    return False


def _is_in(path: _Path, other: _Path) -> bool:
    return path[: len(other)] == other
