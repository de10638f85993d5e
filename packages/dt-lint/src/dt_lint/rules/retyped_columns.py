"""ALTER … TYPE, and then another ALTER or RENAME of the same column: its default is lost.

DuckLake enters the column again, without its defaults, so that rows that were there before the column turn to NULL
(docs/ducklake-facts.md#type-then-alter; its source: GetNewTableInfo, TypePromotion).
"""

import msgspec

from dt_contract.identifiers import fold
from dt_lake.lake import Lake
from dt_lake.sql import literal
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.rule import LakeWatch, OpenTransaction, Rule
from dt_lint.script.effect import ALTERS_COLUMN, Effect
from dt_lint.script.names import Name
from dt_lint.script.statements import Statement
from dt_lint.script.tables import Tables

_CODE = "DL403"
# SQL's lower() knows more letters than DuckDB's names do: what it finds is compared again.
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
    """A column that the transaction altered; `committed` is the name that it had before."""

    committed: str
    is_retyped: bool = False
    is_added_with_default: bool = False


class _Table(msgspec.Struct):
    committed: Name | None
    columns: dict[str, _Column] = msgspec.field(default_factory=dict)


class RetypedColumns(LakeWatch):
    """Follows the columns that are altered, and asks the lake for the defaults of those whose type has changed."""

    def __init__(self, transaction: OpenTransaction) -> None:
        self._lake = transaction.lake
        self._tables = Tables(transaction.scripts, _Table)

    def before(self, statement: Statement) -> None:
        """Raise CorruptsLake if the statement would lose a default."""
        effect = statement.effect
        table = self._tables.follow(effect)
        if table is None or effect.action not in ALTERS_COLUMN or len(effect.path) != 1:
            return
        name = effect.path[0]
        column = table.columns.setdefault(name, _Column(name))
        alters = effect.action not in ("add_column", "drop_column")
        if alters and column.is_retyped and self._has_default(effect, table, column):
            raise CorruptsLake(
                "another ALTER of a column after its TYPE in one transaction loses its default, and so rows' values in "
                "this build of DuckLake; move this statement first, or into its own migration (and don't use "
                "--transaction all)",
                _CODE,
            )
        if effect.action == "rename_column":
            table.columns[effect.new_name] = table.columns.pop(name)
        column.is_retyped = column.is_retyped or effect.action == "alter_type"
        is_added = effect.action == "add_column" and effect.has_default
        column.is_added_with_default = column.is_added_with_default or is_added

    def _has_default(self, effect: Effect, table: _Table, column: _Column) -> bool:
        """SET and DROP DEFAULT change the current default anyway; not the one of rows that were there before."""
        if column.is_added_with_default or _is_there(self._lake, _INITIAL, table.committed, column.committed):
            return True
        changes_default = effect.action in ("set_default", "drop_default")
        return not changes_default and _is_there(self._lake, _CURRENT, effect.target, effect.path[0])


def _is_there(lake: Lake, query: str, table: Name | None, column: str) -> bool:
    if table is None:
        return False
    names = {kind: lake.metadata(f"ducklake_{kind}") for kind in ("schema", "table", "column")}
    texts = {"lake": lake.catalog, "table": table.name, "column": column}
    sql = query.format(names=names, **{key: literal(text) for key, text in texts.items()})
    rows = lake.connection.execute(sql).fetchall()
    return any(table.may_be(row[0], row[1]) and fold(row[2]) == column for row in rows)


RULE = Rule(_CODE, "a column with a default is altered again after its TYPE", watch=RetypedColumns)
