"""RENAME of a column, and then an ALTER of it, in a table with sort keys: no INSERT works any more.

DuckLake leaves the old name in the sort keys (docs/ducklake-facts.md#rename-then-alter-sorted).
"""

import msgspec

from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.rule import LakeWatch, OpenTransaction, Rule
from dt_lint.script.effect import ALTERS_COLUMN
from dt_lint.script.names import Name
from dt_lint.script.statements import Statement
from dt_lint.script.tables import Tables, has_committed

_CODE = "DL404"
_SAFE = ("add_column", "drop_column", "alter_type")


class _Table(msgspec.Struct):
    committed: Name | None
    renamed: set[str] = msgspec.field(default_factory=set)
    is_sorted: bool = False


class RenamedColumns(LakeWatch):
    """Follows the columns that are renamed, and asks the lake whether their table has sort keys."""

    def __init__(self, transaction: OpenTransaction) -> None:
        self._lake = transaction.lake
        self._tables = Tables(transaction.scripts, _Table)

    def before(self, statement: Statement) -> None:
        """Raise CorruptsLake if the statement would leave the old name in the sort keys."""
        effect = statement.effect
        table = self._tables.follow(effect)
        if table is None:
            return
        table.is_sorted = table.is_sorted or effect.action in ("set_sorted", "reset_sorted")
        if effect.action not in ALTERS_COLUMN or len(effect.path) != 1:
            return
        name = effect.path[0]
        if effect.action == "rename_column":
            table.renamed.discard(name)
            table.renamed.add(effect.new_name)
        elif effect.action not in _SAFE and name in table.renamed and self._is_sorted(table):
            raise CorruptsLake(
                "ALTER COLUMN after a RENAME of it in one transaction leaves the old name in the table's sort keys in "
                "this build of DuckLake; move this statement first, or into its own migration (and don't use "
                "--transaction all)",
                _CODE,
            )

    def _is_sorted(self, table: _Table) -> bool:
        return table.is_sorted or has_committed(
            self._lake, table.committed, "ducklake_sort_info", "end_snapshot IS NULL"
        )


RULE = Rule(_CODE, "a column of a sorted table is altered after its RENAME", watch=RenamedColumns)
