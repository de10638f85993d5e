"""The one writer of the history: all rows that ducktracker appends go through this protocol."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb

from dt_contract.errors import LakeBusy
from dt_history.commit import commit_message, current_snapshot, last_committed_snapshot
from dt_history.table import NewRow, append, make_table
from dt_history.tail import HistoryTail
from dt_lake.attach import place
from dt_lake.errors import is_conflict
from dt_lake.lake import Lake
from dt_lake.sql import literal
from dt_lake.transaction import transaction

_LOCK = "History of the migrations that ducktracker applied; its last run: "


class Overtaken(LakeBusy):
    """Another process was quicker with the history; nothing of the transaction is in the lake."""

    def __init__(self, lake: Lake) -> None:
        super().__init__(
            "another process changed the lake at the same time",
            place=place(lake.config.connection),
            hint="nothing was lost; run again",
        )


class Writer:
    """The open transaction of `appending`, and once that has committed, the lake snapshot that it made."""

    snapshot: int

    def __init__(self, lake: Lake, tail: HistoryTail) -> None:
        self._lake = lake
        self._tail = tail

    def append(self, rows: Sequence[NewRow]) -> None:
        """Append rows after the tail; to be called once."""
        append(self._lake, self._tail.last_rank + 1, rows)


@contextmanager
def appending(lake: Lake, what: str, scripts: Sequence[str] = (), *, tail: HistoryTail, last: str) -> Iterator[Writer]:
    """Run the block in a transaction that appends to the history, and commit it at the end, or nothing of it.

    `what` and `scripts` are for the commit's message, `last` for the comment on the history table. The table is made
    if the history is empty.

    Raises Overtaken if the history is longer than `tail`, or if another process commits first. The message comes
    first, so that the block may replace it; the table comes before the look at it.
    """
    writer = Writer(lake, tail)
    try:
        with transaction(lake.connection):
            commit_message(lake, what, scripts)
            if not tail.rows:
                make_table(lake)
            _look_again(lake, tail)
            _lock(lake, last)
            yield writer
    except duckdb.TransactionException as error:
        if is_conflict(error):
            raise Overtaken(lake) from None
        raise
    writer.snapshot = last_committed_snapshot(lake)


def _look_again(lake: Lake, tail: HistoryTail) -> None:
    if current_snapshot(lake) == tail.lake_snapshot:
        return
    query = f"SELECT count(*), coalesce(max(installed_rank), 0) FROM {lake.history_table}"
    if lake.connection.execute(query).fetchone() != tail.size:
        raise Overtaken(lake)


def _lock(lake: Lake, last: str) -> None:
    """Make the transaction conflict with every other one that does the same: DuckLake is the lock.

    Of two transactions that comment on one table only one can commit. Nobody else writes to a DuckDB file while this
    process has it, and each comment costs two loads of the catalog.
    """
    if not lake.config.connection.is_file:
        lake.connection.execute(f"COMMENT ON TABLE {lake.history_table} IS {literal(_LOCK + last)}")
