"""Finds what this build of DuckLake does wrongly and silently, where only the lake can tell (ducklake-facts, Traps)."""

from collections import Counter

import duckdb

from dt_lake.lake import Lake
from dt_lake.sql import literal
from ducktracker.nature import alters_column, keys_of_table, new_name, renames_object, target
from ducktracker.statements import Statement

_Type = duckdb.StatementType


class CorruptsLake(Exception):
    """A statement that DuckLake runs, and that leaves a table or the lake unusable once it is committed."""


class Watch:
    """Looks at each statement of a transaction, before and after it runs."""

    def __init__(self, lake: Lake) -> None:
        self._rename, self._sort = RenameWatch(lake), SortWatch(lake)

    def before(self, statement: Statement) -> None:
        """Takes note of what is there."""
        self._rename.before(statement)

    def after(self, statement: Statement) -> None:
        """Raises CorruptsLake where the transaction must not be committed."""
        self._rename.after(statement)
        self._sort.after(statement)


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


_SORTED = """
SELECT count(*) FROM {tables} t JOIN {sorts} s USING (table_id)
WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL AND upper(t.table_name) = {table}
"""


class SortWatch:
    """Finds the ALTER of a renamed column that leaves its old name in the sort keys: then no INSERT works.

    DuckLake writes the keys for the last ALTER of a column only, and only if that is the RENAME
    (ducklake_transaction_state.cpp, GetNewTableInfo).
    """

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._renamed: set[tuple[str, ...]] = set()
        self._sorted: set[str] = set()
        self._committed: dict[str, str] = {}

    def after(self, statement: Statement) -> None:
        """Raises CorruptsLake for an ALTER COLUMN after a RENAME COLUMN of the same column, if the table is sorted."""
        if statement.type != _Type.ALTER:
            return
        table, (verb, path) = target(statement), alters_column(statement) or ("", ())
        if renames_object(statement):
            self._committed[new_name(statement)] = self._committed.pop(table, table)
        elif keys_of_table(statement) == "SORTED":
            self._sorted.add(table)
        elif verb == "RENAME":
            self._renamed.add((table, *path[:-1], new_name(statement)))
        elif verb == "ALTER" and (table, *path) in self._renamed and self._is_sorted(table):
            raise CorruptsLake(
                "ALTER COLUMN after a RENAME of the same column in one transaction leaves the old name in the table's "
                "sort keys in this build of DuckLake, and no INSERT would work; put the RENAME last, or into a "
                "migration (not --transaction all) of its own"
            )

    def _is_sorted(self, table: str) -> bool:
        query = _SORTED.format(
            tables=self._lake.metadata("ducklake_table"),
            sorts=self._lake.metadata("ducklake_sort_info"),
            table=literal(self._committed.get(table, table)),
        )
        return table in self._sorted or self._lake.connection.execute(query).fetchone() != (0,)


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
