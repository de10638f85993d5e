"""RENAME of a column that sort keys name, and then an ALTER of it: no INSERT works any more.

DuckLake leaves the old name in the sort keys (docs/ducklake-facts.md#rename-then-alter-sorted).
"""

import msgspec

from dt_lake.tokens import tokens
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.rule import LakeWatch, OpenTransaction, Rule
from dt_lint.script.effect import ALTERS_COLUMN
from dt_lint.script.names import Name
from dt_lint.script.statements import Statement
from dt_lint.script.tables import Tables, committed_ids

_CODE = "DL404"
_SAFE = ("add_column", "drop_column", "alter_type")
_KEYS = """
SELECT expression FROM {expressions} e JOIN {keys} k USING (sort_id)
WHERE k.end_snapshot IS NULL AND k.table_id IN ({ids})
"""


class _Table(msgspec.Struct):
    """`renamed` says which name columns had when the sort keys were set; `keys` are all names in them, if known."""

    committed: Name | None
    renamed: dict[str, str] = msgspec.field(default_factory=dict)
    keys: set[str] | None = None
    altered: Statement | None = None
    """What left an old name in the keys."""


class RenamedColumns(LakeWatch):
    """Follows the columns that are renamed, and asks the lake which the sort keys of their table name."""

    def __init__(self, transaction: OpenTransaction) -> None:
        self._lake = transaction.lake
        self._tables = Tables(transaction.scripts, _Table)

    def before(self, statement: Statement) -> None:
        """Take note of a statement. Raises CorruptsLake if it writes rows with an old name in the sort keys."""
        effect = statement.effect
        table = self._tables.follow(effect)
        if table is None:
            return
        if effect.action in ("set_sorted", "reset_sorted"):
            table.keys = _names(statement.core) if effect.action == "set_sorted" else set()
            table.renamed, table.altered = {}, None
        if table.altered and effect.writes_rows:
            raise _corrupts(table.altered)
        if effect.action not in ALTERS_COLUMN or len(effect.path) != 1:
            return
        name = effect.path[0]
        if effect.action == "rename_column":
            table.renamed[effect.new_name] = table.renamed.pop(name, name)
        elif effect.action == "drop_column":
            table.renamed.pop(name, None)
        elif effect.action not in _SAFE and self._is_in_keys(table, name):
            table.altered = table.altered or statement

    def at_commit(self) -> None:
        """Raise CorruptsLake if an old name would stay in the sort keys."""
        for table in self._tables:
            if table.altered:
                raise _corrupts(table.altered)

    def _is_in_keys(self, table: _Table, name: str) -> bool:
        """Whether the sort keys name a column that was renamed since they were set."""
        old = table.renamed.get(name, name)
        return old != name and old in self._keys(table)

    def _keys(self, table: _Table) -> set[str]:
        if table.keys is None:
            ids = committed_ids(self._lake, table.committed) if table.committed else []
            query = _KEYS.format(
                expressions=self._lake.metadata("ducklake_sort_expression"),
                keys=self._lake.metadata("ducklake_sort_info"),
                ids=", ".join(map(str, ids)),
            )
            rows = self._lake.connection.execute(query).fetchall() if ids else []
            table.keys = {name for row in rows for name in _names(row[0])}
        return table.keys


def _corrupts(statement: Statement) -> CorruptsLake:
    return CorruptsLake(
        "ALTER COLUMN after a RENAME of it in one transaction leaves the old name in the table's sort keys in this "
        "build of DuckLake; move this statement first, or into its own migration (and don't use --transaction all)",
        _CODE,
        statement,
    )


def _names(sql: str) -> set[str]:
    return {token.name for token in tokens(sql) if token.name is not None}


RULE = Rule(_CODE, "a column of a sorted table is altered after its RENAME", watch=RenamedColumns)
