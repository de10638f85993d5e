"""What DuckLake forgets of a column that one transaction alters twice (its source: GetNewTableInfo, TypePromotion).

After a RENAME, the next ALTER COLUMN leaves the old name in the table's sort keys: no INSERT works any more. After a
TYPE, the next one enters the column without its defaults, and rows that were there before the column turn to NULL.
docs/ducklake-facts.md#type-then-alter, docs/ducklake-facts.md#rename-then-alter-sorted
"""

from collections.abc import Sequence

import msgspec

from dt_contract.identifiers import fold
from dt_lake.lake import Lake
from dt_lake.sql import literal
from dt_lint.script.effect import ALTERS_COLUMN, Effect
from dt_lint.script.names import Name, SameObjects
from dt_lint.script.statements import Script, Statement

# SQL's lower() knows more letters than DuckDB's names do: what it finds is compared again.
_SORTED = """
SELECT s.schema_name, t.table_name
FROM {names[table]} t JOIN {names[schema]} s USING (schema_id) JOIN {names[sort_info]} i USING (table_id)
WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL AND i.end_snapshot IS NULL
  AND lower(t.table_name) = lower({table})
"""
_INITIAL = """
SELECT s.schema_name, t.table_name, c.column_name
FROM {names[table]} t JOIN {names[schema]} s USING (schema_id) JOIN {names[column]} c USING (table_id)
WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL AND c.end_snapshot IS NULL
  AND lower(t.table_name) = lower({table}) AND lower(c.column_name) = lower({column})
  AND c.parent_column IS NULL AND c.initial_default IS NOT NULL
"""
_CURRENT = """
SELECT schema_name, table_name, column_name FROM duckdb_columns()
WHERE database_name = {lake} AND lower(table_name) = lower({table}) AND lower(column_name) = lower({column})
  AND column_default IS NOT NULL AND column_default <> 'NULL'
"""


class _Column(msgspec.Struct):
    """A column that the transaction altered; `name` is the committed one."""

    name: str
    renamed: bool = False
    retyped: bool = False
    added_with_default: bool = False


class _Table(msgspec.Struct):
    """A table that the transaction altered; `name` is the committed one."""

    name: Name
    columns: dict[str, _Column] = {}
    sorted: bool = False

    def column(self, name: str) -> _Column:
        return self.columns.setdefault(name, _Column(name))


class ColumnWatch:
    """Follows the ALTERs of a transaction, and asks the lake where one may have DuckLake forget something."""

    def __init__(self, lake: Lake, scripts: Sequence[Script]) -> None:
        self._lake = lake
        effects = [statement.effect for script in scripts for statement in script.statements]
        self._same = SameObjects(name for effect in effects for name in effect.names)
        self._tables: dict[tuple[str, str], _Table] = {}

    def lost_by(self, statement: Statement) -> str | None:
        """Return what the transaction would lose by a statement that is about to run, or None."""
        effect = statement.effect
        if effect.target is None or not effect.alters:
            return None
        keys = [self._same.key(name) for name in effect.names]
        table = self._tables.setdefault(keys[0], _Table(effect.target))
        if effect.action == "rename":
            self._tables[keys[1]] = self._tables.pop(keys[0])
        table.sorted = table.sorted or effect.action in ("set_sorted", "reset_sorted")
        is_of_column = effect.action in ALTERS_COLUMN and len(effect.path) == 1
        return self._lost(effect, effect.target, table, effect.path[0]) if is_of_column else None

    def _lost(self, effect: Effect, target: Name, table: _Table, name: str) -> str | None:
        column = table.column(name)
        retypes, renames, adds = (effect.action == action for action in ("alter_type", "rename_column", "add_column"))
        alters = not renames and not adds and effect.action != "drop_column"
        if (alters or renames) and column.retyped and self._has_default(effect, target, table, column, name):
            return "another ALTER of a column after its TYPE in one transaction loses its default, and so rows' values"
        if alters and not retypes and column.renamed and self._is_sorted(table):
            return "ALTER COLUMN after a RENAME of it in one transaction leaves the old name in the table's sort keys"
        if renames:
            column.renamed = True
            table.columns[effect.new_name] = table.columns.pop(name)
        column.retyped = column.retyped or retypes
        column.added_with_default = column.added_with_default or (adds and effect.has_default)
        return None

    def _is_sorted(self, table: _Table) -> bool:
        return table.sorted or self._any(_SORTED, table.name)

    def _has_default(self, effect: Effect, target: Name, table: _Table, column: _Column, name: str) -> bool:
        """SET and DROP DEFAULT change the current default anyway; not the one of rows that were there before."""
        if column.added_with_default or self._any(_INITIAL, table.name, column.name):
            return True
        return effect.action not in ("set_default", "drop_default") and self._any(_CURRENT, target, name)

    def _any(self, query: str, table: Name, *column: str) -> bool:
        kinds = ("schema", "table", "column", "sort_info")
        names = {kind: self._lake.metadata(f"ducklake_{kind}") for kind in kinds}
        texts = {"lake": self._lake.catalog, "table": table.name, "column": "".join(column)}
        sql = query.format(names=names, **{key: literal(text) for key, text in texts.items()})
        rows = self._lake.connection.execute(sql).fetchall()
        return any(table.may_be(row[0], row[1]) and list(map(fold, row[2:])) == list(column) for row in rows)
