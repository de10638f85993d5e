"""The rule of keys that are reset and then set in one transaction: DuckLake may store none.

If a table has no committed keys, COMMIT takes the RESET for the last word (ducklake_metadata_manager.cpp,
GetNewPartitions and GetNewSorts). docs/ducklake-facts.md#reset-then-set-keys
"""

from collections.abc import Sequence

import msgspec

from dt_lake.lake import Lake
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.script.effect import SETS_KEYS
from dt_lint.script.names import Name
from dt_lint.script.statements import Script, Statement
from dt_lint.script.tables import Tables, has_committed

_INFO = {"partitioned": "ducklake_partition_info", "sorted": "ducklake_sort_info"}


class _Table(msgspec.Struct):
    committed: Name | None
    has_set: set[str] = msgspec.field(default_factory=set)
    has_reset: set[str] = msgspec.field(default_factory=set)
    lost: dict[str, Statement] = msgspec.field(default_factory=dict)


class KeyResets:
    """Follows the keys of each table, and asks the lake for committed ones."""

    def __init__(self, lake: Lake, scripts: Sequence[Script]) -> None:
        self._lake = lake
        self._tables = Tables(scripts, _Table)

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
        """Raises CorruptsLake if the transaction would lose keys."""
        for table in self._tables:
            for kind, statement in table.lost.items():
                if not has_committed(self._lake, table.committed, _INFO[kind], "end_snapshot IS NULL"):
                    raise CorruptsLake(
                        f"SET {kind.upper()} BY after a RESET in one transaction loses the keys, if the table had none "
                        "before, in this build of DuckLake; remove the RESET, which the SET replaces",
                        statement,
                    )
