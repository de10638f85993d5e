"""RESET and then SET of the same kind of keys: DuckLake may store none (docs/ducklake-facts.md#reset-then-set-keys).

If a table has no committed keys, COMMIT takes the RESET for the last word (ducklake_metadata_manager.cpp,
GetNewPartitions and GetNewSorts). docs/ducklake-facts.md#reset-then-set-keys
"""

import msgspec

from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.rule import LakeWatch, OpenTransaction, Rule
from dt_lint.script.effect import SETS_KEYS
from dt_lint.script.names import Name
from dt_lint.script.statements import Statement
from dt_lint.script.tables import Tables, has_committed

_CODE = "DL405"
_INFO = {"partitioned": "ducklake_partition_info", "sorted": "ducklake_sort_info"}


class _Table(msgspec.Struct):
    committed: Name | None
    has_set: set[str] = msgspec.field(default_factory=set)
    has_reset: set[str] = msgspec.field(default_factory=set)
    lost: dict[str, Statement] = msgspec.field(default_factory=dict)


class KeyResets(LakeWatch):
    """Follows the keys of each table, and asks the lake for committed ones."""

    def __init__(self, transaction: OpenTransaction) -> None:
        self._lake = transaction.lake
        self._tables = Tables(transaction.scripts, _Table)

    def after(self, statement: Statement) -> None:
        """Take note of a statement."""
        effect = statement.effect
        table = self._tables.follow(effect)
        if table is None or effect.action not in SETS_KEYS:
            return
        verb, _, kind = effect.action.partition("_")
        if verb == "set":
            table.has_set.add(kind)
            if kind in table.has_reset:
                table.lost.setdefault(kind, statement)
            return
        table.lost.pop(kind, None)
        # A RESET of partition keys that the transaction didn't set leaves no trace; one of sort keys always does.
        if kind == "sorted" or kind in table.has_set:
            table.has_reset.add(kind)

    def at_commit(self) -> None:
        """Raise CorruptsLake if the transaction would lose keys."""
        for table in self._tables:
            for kind, statement in table.lost.items():
                if not has_committed(self._lake, table.committed, _INFO[kind], "end_snapshot IS NULL"):
                    raise CorruptsLake(
                        f"SET {kind.upper()} BY after a RESET in one transaction loses the keys, if the table had none "
                        "before, in this build of DuckLake; remove the RESET, which the SET replaces",
                        _CODE,
                        statement,
                    )


RULE = Rule(_CODE, "keys that are SET after a RESET", watch=KeyResets)
