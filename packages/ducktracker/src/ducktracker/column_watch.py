"""What DuckLake forgets of a column that one transaction alters twice (its source: GetNewTableInfo, TypePromotion).

After a RENAME, the next ALTER COLUMN leaves the old name in the table's sort keys: no INSERT works any more. After a
TYPE, the next one enters the column without its defaults, and rows that were there before the column turn to NULL.
"""

import duckdb
import msgspec

from dt_lake.lake import Lake
from dt_lake.sql import literal
from ducktracker.nature import alters_column, keys_of_table, new_name, renames_object, target
from ducktracker.statements import Statement

_SORTED = """
SELECT count(*) FROM {names[table]} t JOIN {names[sort_info]} s USING (table_id)
WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL AND upper(t.table_name) = {table}
"""
_INITIAL = """
SELECT count(*) FROM {names[table]} t JOIN {names[column]} c USING (table_id)
WHERE t.end_snapshot IS NULL AND c.end_snapshot IS NULL AND upper(t.table_name) = {table}
  AND upper(c.column_name) = {column} AND c.parent_column IS NULL AND c.initial_default IS NOT NULL
"""
_CURRENT = """
SELECT count(*) FROM duckdb_columns() WHERE database_name = {lake} AND upper(table_name) = {table}
  AND upper(column_name) = {column} AND column_default IS NOT NULL AND column_default <> 'NULL'
"""


class _Column(msgspec.Struct):
    """A column that the transaction altered; `name` is the committed one."""

    name: str
    renamed: bool = False
    retyped: bool = False
    added_with_default: bool = False


class _Table(msgspec.Struct):
    """A table that the transaction altered; `name` is the committed one."""

    name: str
    columns: dict[str, _Column] = {}
    sorted: bool = False

    def column(self, name: str) -> _Column:
        return self.columns.setdefault(name, _Column(name))


class ColumnWatch:
    """Follows the ALTERs of a transaction, and asks the lake where one may have DuckLake forget something."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._tables: dict[str, _Table] = {}

    def lost_by(self, statement: Statement) -> str | None:
        """Gives what the transaction would lose by a statement that is about to run, or null."""
        if statement.type != duckdb.StatementType.ALTER:
            return None
        name = target(statement)
        table = self._tables.setdefault(name, _Table(name))
        if renames_object(statement):
            self._tables[new_name(statement)] = self._tables.pop(name)
        table.sorted = table.sorted or keys_of_table(statement) == "SORTED"
        verb, path = alters_column(statement) or ("", ())
        return self._lost(statement, table, verb, *path) if len(path) == 1 else None

    def _lost(self, statement: Statement, table: _Table, verb: str, name: str) -> str | None:
        column = table.column(name)
        retypes = "TYPE" in statement.words
        if verb in ("ALTER", "RENAME") and column.retyped and self._has_default(statement, table, column, name):
            return "another ALTER of a column after its TYPE in one transaction loses its default, and so rows' values"
        if verb == "ALTER" and not retypes and column.renamed and self._is_sorted(table):
            return "ALTER COLUMN after a RENAME of it in one transaction leaves the old name in the table's sort keys"
        if verb == "RENAME":
            column.renamed = True
            table.columns[new_name(statement)] = table.columns.pop(name)
        column.retyped = column.retyped or (verb == "ALTER" and retypes)
        column.added_with_default = column.added_with_default or (verb == "ADD" and "DEFAULT" in statement.words)
        return None

    def _is_sorted(self, table: _Table) -> bool:
        return table.sorted or self._any(_SORTED, table.name)

    def _has_default(self, statement: Statement, table: _Table, column: _Column, name: str) -> bool:
        """SET and DROP DEFAULT change the current default anyway; not the one of rows that were there before."""
        if column.added_with_default or self._any(_INITIAL, table.name, column.name):
            return True
        return "DEFAULT" not in statement.words and self._any(_CURRENT, target(statement), name)

    def _any(self, query: str, table: str, column: str = "") -> bool:
        names = {kind: self._lake.metadata(f"ducklake_{kind}") for kind in ("table", "column", "sort_info")}
        lake, table, column = map(literal, (self._lake.catalog, table, column))
        sql = query.format(names=names, lake=lake, table=table, column=column)
        return self._lake.connection.execute(sql).fetchone() != (0,)
