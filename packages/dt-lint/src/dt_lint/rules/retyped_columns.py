"""ALTER … TYPE, and then another ALTER or RENAME of the same column: its default is lost.

DuckLake enters the column again, without its defaults, so that rows that were there before the column turn to NULL
(docs/ducklake-facts.md#type-then-alter; its source: GetNewTableInfo, TypePromotion).
"""

import msgspec

from dt_contract.identifiers import fold
from dt_lake.sql import literal
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.rule import LakeWatch, OpenTransaction, Rule
from dt_lint.script.effect import ALTERS_COLUMN, Effect
from dt_lint.script.initial_defaults import has_initial_default
from dt_lint.script.names import Name
from dt_lint.script.statements import Statement
from dt_lint.script.tables import Tables

_CODE = "DL403"
# SQL's lower() knows more letters than DuckDB's names do: what it finds is compared again.
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
        column.is_retyped = effect.action == "alter_type"
        is_added = effect.action == "add_column" and effect.has_default
        column.is_added_with_default = column.is_added_with_default or is_added

    def _has_default(self, effect: Effect, table: _Table, column: _Column) -> bool:
        """SET and DROP DEFAULT change the current default anyway; not the one of rows that were there before."""
        if column.is_added_with_default or has_initial_default(self._lake, table.committed, column.committed):
            return True
        changes_default = effect.action in ("set_default", "drop_default")
        return not changes_default and self._has_current_default(effect)

    def _has_current_default(self, effect: Effect) -> bool:
        assert effect.target is not None
        lake, table, column = map(literal, (self._lake.catalog, effect.target.name, effect.path[0]))
        rows = self._lake.connection.execute(_CURRENT.format(lake=lake, table=table, column=column)).fetchall()
        return any(effect.target.may_be(row[0], row[1]) and fold(row[2]) == effect.path[0] for row in rows)


RULE = Rule(_CODE, "a column with a default is altered again after its TYPE", watch=RetypedColumns)
