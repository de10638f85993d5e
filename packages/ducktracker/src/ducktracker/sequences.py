"""Refuses statements that DuckLake would run one by one, and not rightly in one transaction (ducklake-facts, Traps)."""

from collections.abc import Sequence

import duckdb

from dt_contract.errors import InputError, Refused
from ducktracker.nature import (
    adds_rows,
    creates,
    is_create_table_as,
    keys_of_table,
    new_name,
    renames_object,
    renames_to_itself,
    resets_keys,
    target,
    writes_rows,
)
from ducktracker.nested import check_nested
from ducktracker.statements import Script, Statement

_Type = duckdb.StatementType


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
    stages: dict[str, int] = {}
    for script in scripts:
        for statement in script.statements:
            table = target(statement)
            if renames_object(statement):
                stages[new_name(statement)] = stages.pop(table, 0)
                continue
            stages[table] = _stage(stages.get(table, 0), statement)
            if stages[table] == _WRONG:
                raise InputError(
                    "rows, a new column and more rows in one transaction: this DuckLake would store wrong statistics, "
                    "and queries would find other rows than there are",
                    place=f"{script.name}:{statement.line}",
                    hint="put the statements from ADD COLUMN on into a migration of their own, not --transaction all",
                )


_EMPTY, _FILLED, _WIDENED, _WRONG = range(4)


def _stage(before: int, statement: Statement) -> int:
    if creates(statement) == "TABLE":
        return _FILLED if is_create_table_as(statement) else _EMPTY
    if before == _EMPTY and adds_rows(statement):
        return _FILLED
    if before == _FILLED and _adds_column(statement):
        return _WIDENED
    return _WRONG if before == _WIDENED and writes_rows(statement) else before


def check_shared_transaction(scripts: Sequence[Script]) -> None:
    """Raises Refused where migrations that share a transaction would store other rows than one after the other.

    One writes rows, and another retypes a column (trap 11); or they add up to what `check_transaction` refuses.
    """
    check_transaction(scripts)
    writing = {script.name for script in scripts if any(writes_rows(item) for item in script.statements)}
    retyping = {script.name for script in scripts if any(_retypes(item) for item in script.statements)}
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
            if changed and renames_to_itself(statement):
                raise InputError(
                    "RENAME TO the same name after a CREATE or ALTER in one transaction: this DuckLake would lose that",
                    place=f"{script.name}:{statement.line}",
                    hint="give it the name that it shall have at once",
                )
            changed = changed or statement.type == _Type.ALTER or creates(statement) is not None


def check_resets(scripts: Sequence[Script]) -> None:
    """Raises InputError where partition or sort keys are reset and then set.

    Where none are committed, DuckLake forgets both (ducklake_metadata_manager.cpp, GetNewPartitions and GetNewSorts).
    """
    reset: set[tuple[str, str]] = set()
    for script in scripts:
        for statement in script.statements:
            keys = (target(statement), keys_of_table(statement))
            if resets_keys(statement):
                reset.add(keys)
            elif keys in reset:
                raise InputError(
                    f"SET {keys[1]} BY after a RESET in one transaction: this DuckLake may forget the SET",
                    place=f"{script.name}:{statement.line}",
                    hint="remove the RESET, which a SET makes needless",
                )


def _adds_column(statement: Statement) -> bool:
    return statement.type == _Type.ALTER and "ADD" in statement.words


def _retypes(statement: Statement) -> bool:
    return statement.type == _Type.ALTER and "TYPE" in statement.words
