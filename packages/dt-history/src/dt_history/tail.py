"""The end of the history as a command has seen it: what the next row follows."""

from collections.abc import Sequence

import msgspec

from dt_contract.history import HistoryDocument
from dt_history.commit import current_snapshot
from dt_history.read import read_history
from dt_lake.lake import Lake
from dt_lake.transaction import transaction


class HistoryTail(msgspec.Struct, frozen=True):
    """How long the history is, and what the next row needs: the last rank, and the rank of the last copy.

    `lake_snapshot` is the one at which that was seen; None if that isn't known. `last_script` is that of the last row
    that is not a copy.
    """

    lake_snapshot: int | None
    rows: int = 0
    last_rank: int = 0
    last_script: str = ""
    last_copy: int | None = None

    @property
    def size(self) -> tuple[int, int]:
        """What changes with every row that anybody appends."""
        return self.rows, self.last_rank

    @classmethod
    def of(cls, history: HistoryDocument, lake_snapshot: int | None) -> "HistoryTail":
        """Return the tail of a history that was read at a lake snapshot."""
        scripts = [row.script for row in history.rows if row.type != "snapshot"]
        copies = [row.installed_rank for row in history.rows if row.type == "snapshot"]
        ranks = [row.installed_rank for row in history.rows]
        return cls(
            lake_snapshot,
            rows=len(ranks),
            last_rank=max(ranks, default=0),
            last_script=scripts[-1] if scripts else "",
            last_copy=copies[-1] if copies else None,
        )

    def after(self, scripts: Sequence[str], lake_snapshot: int) -> "HistoryTail":
        """Return the tail once a row of each of these scripts was appended in a lake snapshot."""
        return msgspec.structs.replace(
            self,
            lake_snapshot=lake_snapshot,
            rows=self.rows + len(scripts),
            last_rank=self.last_rank + len(scripts),
            last_script=scripts[-1],
        )


def read_tail(lake: Lake) -> tuple[HistoryDocument, HistoryTail]:
    """Return the history with its tail, both of one lake snapshot."""
    with transaction(lake.connection):
        snapshot = current_snapshot(lake)
        history = read_history(lake)
    return history, HistoryTail.of(history, snapshot)
