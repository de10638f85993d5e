"""Refuses what this build of DuckLake would do wrongly without saying so (ducklake-facts, Traps)."""

from collections import Counter
from collections.abc import Sequence

import duckdb

from dt_contract.errors import InputError, Refused
from dt_lake.lake import Lake
from dt_lake.sql import literal
from ducktracker.nature import (
    adds_rows,
    creates,
    is_create_table_as,
    new_name,
    renames_object,
    target,
    writes_rows,
)
from ducktracker.statements import Script, Statement

_Type = duckdb.StatementType


class CorruptsLake(Exception):
    """A statement that DuckLake runs, and that leaves the lake unreadable once it is committed."""


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

    One writes rows, and another retypes a column (trap 11); or they add up to the sequence of `check_statistics`.
    """
    check_statistics(scripts)
    writing = {script.name for script in scripts if any(writes_rows(item) for item in script.statements)}
    retyping = {script.name for script in scripts if any(_retypes(item) for item in script.statements)}
    for retyper in sorted(retyping):
        for writer in sorted(writing - {retyper}):
            raise Refused(
                f"{writer} writes rows, {retyper} changes a type: in one transaction DuckLake would store other rows",
                hint="use --transaction each or group for these",
            )


class RenameWatch:
    """Finds the RENAME TO that leaves two tables of one id behind (trap 1, duckdb/ducklake#1339)."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._altered = False
        self._names = 0

    def before(self, statement: Statement) -> None:
        """Counts the names before a RENAME TO that follows an ALTER or COMMENT in the transaction."""
        if self._altered and renames_object(statement):
            self._names = self._count()

    def after(self, statement: Statement) -> None:
        """Raises CorruptsLake when a RENAME TO has left the old name there too."""
        if self._altered and renames_object(statement) and self._count() > self._names:
            raise CorruptsLake(
                "RENAME TO after an ALTER or COMMENT of the same object in one transaction makes the lake unreadable "
                "in this build of DuckLake; put RENAME TO first, or into a migration (not --transaction all) of its own"
            )
        self._altered = self._altered or statement.type == _Type.ALTER

    def _count(self) -> int:
        row = self._lake.connection.execute(
            "SELECT count(DISTINCT (schema_name, table_name)) FROM duckdb_columns() "
            f"WHERE database_name = {literal(self._lake.catalog)}"
        ).fetchone()
        assert row is not None
        return int(row[0])


_TOUCHED = """
SELECT table_id FROM {columns} WHERE begin_snapshot = {snapshot}
UNION ALL SELECT table_id FROM {tables} WHERE begin_snapshot = {snapshot}
UNION ALL SELECT view_id FROM {views} WHERE begin_snapshot = {snapshot}
"""
_LIVE = """
SELECT table_id, column_id FROM {columns} WHERE end_snapshot IS NULL AND table_id IN ({ids})
UNION ALL SELECT table_id, NULL FROM {tables} WHERE end_snapshot IS NULL AND table_id IN ({ids})
UNION ALL SELECT view_id, NULL FROM {views} WHERE end_snapshot IS NULL AND view_id IN ({ids})
"""


def duplicated_ids(lake: Lake, snapshot: int) -> list[int]:
    """Gives the tables and views, among those that a lake snapshot touched, that are live twice or have a column twice.

    What DuckLake leaves after a RENAME TO that follows an ALTER is a second table of the same id, without a column.
    """
    # Counted here: after every commit DuckDB would make hash tables of megabytes for a few rows.
    names = {key: lake.metadata(f"ducklake_{key[:-1]}") for key in ("columns", "tables", "views")}
    touched = {row[0] for row in lake.connection.execute(_TOUCHED.format(**names, snapshot=snapshot)).fetchall()}
    if not touched:
        return []
    ids = ", ".join(map(str, sorted(touched)))
    live = Counter(lake.connection.execute(_LIVE.format(**names, ids=ids)).fetchall())
    return sorted({row[0] for row, times in live.items() if times > 1})


def _adds_column(statement: Statement) -> bool:
    return statement.type == _Type.ALTER and "ADD" in statement.words


def _retypes(statement: Statement) -> bool:
    return statement.type == _Type.ALTER and "TYPE" in statement.words
