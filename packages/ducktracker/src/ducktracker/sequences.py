"""Refuses statements that DuckLake would run one by one, and not rightly in one transaction (ducklake-facts, Traps)."""

from collections.abc import Sequence

from dt_contract.errors import InputError, Refused
from ducktracker.effect import SETS_KEYS, Effect
from ducktracker.names import SameObjects
from ducktracker.nested import check_nested
from ducktracker.statements import Script


def check_transaction(scripts: Sequence[Script]) -> None:
    """Raises InputError for what scripts that share a transaction must not do in it, or a single one in its own."""
    check_statistics(scripts)
    check_nested(scripts)
    check_resets(scripts)
    check_renames(scripts)


def check_statistics(scripts: Sequence[Script]) -> None:
    """Raises InputError for the sequence that leaves wrong column statistics in one transaction (trap 14).

    That is: a table without committed rows gets rows, then a column, then more rows; afterwards `WHERE` on the new
    column finds too much or nothing (near duckdb/ducklake#1055). `scripts` are those that share a transaction.
    """
    same = _same_objects(scripts)
    stages: dict[tuple[str, str], int] = {}
    for script in scripts:
        for statement in script.statements:
            effect = statement.effect
            keys = [same.key(name) for name in effect.names]
            if effect.action == "rename":
                stages[keys[1]] = stages.pop(keys[0], 0)
            elif keys:
                stages[keys[0]] = _stage(stages.get(keys[0], 0), effect)
            if keys and stages[keys[-1]] == _WRONG:
                raise InputError(
                    "rows, a new column and more rows in one transaction: this DuckLake would store wrong statistics, "
                    "and queries would find other rows than there are",
                    place=f"{script.name}:{statement.line}",
                    hint="put the statements from ADD COLUMN on into a migration of their own, not --transaction all",
                )


_EMPTY, _FILLED, _WIDENED, _WRONG = range(4)


def _stage(before: int, effect: Effect) -> int:
    if effect.creates == "table":
        return _FILLED if effect.has_query else _EMPTY
    if before == _EMPTY and effect.adds_rows:
        return _FILLED
    if before == _FILLED and effect.action == "add_column":
        return _WIDENED
    return _WRONG if before == _WIDENED and effect.writes_rows else before


def _same_objects(scripts: Sequence[Script]) -> SameObjects:
    return SameObjects(name for script in scripts for statement in script.statements for name in statement.effect.names)


def check_shared_transaction(scripts: Sequence[Script]) -> None:
    """Raises Refused where migrations that share a transaction would store other rows than one after the other.

    One writes rows, and another retypes a column (trap 11); or they add up to what `check_transaction` refuses.
    """
    check_transaction(scripts)
    writing = {script.name for script in scripts if any(item.effect.writes_rows for item in script.statements)}
    retyping = {
        script.name for script in scripts if any(item.effect.action == "alter_type" for item in script.statements)
    }
    for retyper in sorted(retyping):
        for writer in sorted(writing - {retyper}):
            raise Refused(
                f"{writer} writes rows, {retyper} changes a type: in one transaction DuckLake would store other rows",
                hint="use --transaction each or group for these",
            )


def check_renames(scripts: Sequence[Script]) -> None:
    """Raises InputError where what may have changed is renamed to its own name, in any letters: it or that is gone."""
    changed = False
    for script in scripts:
        for statement in script.statements:
            if changed and _renames_to_itself(statement.effect):
                raise InputError(
                    "RENAME TO the same name after a CREATE or ALTER in one transaction: this DuckLake would lose that",
                    place=f"{script.name}:{statement.line}",
                    hint="give it the name that it shall have at once",
                )
            changed = changed or statement.effect.alters or statement.effect.creates is not None


def check_resets(scripts: Sequence[Script]) -> None:
    """Raises InputError where partition or sort keys are reset and then set.

    Where none are committed, DuckLake forgets both (ducklake_metadata_manager.cpp, GetNewPartitions and GetNewSorts).
    """
    same = _same_objects(scripts)
    reset: set[tuple[tuple[str, str], str]] = set()
    for script in scripts:
        for statement in script.statements:
            verb, _, keys = statement.effect.action.partition("_")
            if statement.effect.action not in SETS_KEYS or statement.effect.target is None:
                continue
            table = same.key(statement.effect.target)
            if verb == "reset":
                reset.add((table, keys))
            elif (table, keys) in reset:
                raise InputError(
                    f"SET {keys.upper()} BY after a RESET in one transaction: this DuckLake may forget the SET",
                    place=f"{script.name}:{statement.line}",
                    hint="remove the RESET, which a SET makes needless",
                )


def _renames_to_itself(effect: Effect) -> bool:
    return effect.action == "rename" and effect.target is not None and effect.target.name == effect.new_name
