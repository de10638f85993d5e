"""The one writer of the history: all rows that ducktracker appends go through this protocol."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

import duckdb

from dt_contract.errors import LakeBusy, LakeError
from dt_history.commit import commit_message, committed_by, current_snapshot, last_committed_snapshot
from dt_history.table import NewRow, append, make_table
from dt_history.tail import HistoryTail
from dt_history.whole import check_committed
from dt_lake.attach import place
from dt_lake.errors import is_conflict, loading
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
    is_at_commit = False

    def __init__(self, lake: Lake, tail: HistoryTail) -> None:
        self.run = uuid4().hex
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

    Raises Overtaken if the history is longer than `tail`, or if another process commits first; FilesLost if all was
    committed, but the answer to COMMIT and files of the block were lost. The message comes first, so that the block may
    replace it; the table comes before the look at it.
    """
    writer = Writer(lake, tail)
    try:
        with transaction(lake.connection):
            commit_message(lake, what, scripts, writer.run)
            if not tail.rows:
                make_table(lake)
            _look_again(lake, tail)
            _lock(lake, last)
            yield writer
            writer.is_at_commit = True
    except duckdb.Error as error:
        if is_conflict(error):
            raise Overtaken(lake) from None
        snapshot = _committed(lake, writer, tail) if writer.is_at_commit else None
        if snapshot is None:
            raise
        writer.snapshot = snapshot
        check_committed(lake, snapshot, scripts)
        return
    writer.snapshot = last_committed_snapshot(lake)


def _committed(lake: Lake, writer: Writer, tail: HistoryTail) -> int | None:
    """Return the lake snapshot that a COMMIT made although it failed here: its answer may have been lost."""
    try:
        return committed_by(lake, writer.run, -1 if tail.lake_snapshot is None else tail.lake_snapshot)
    except duckdb.Error:
        raise LakeError(
            "the answer to COMMIT was lost, and the lake can't be asked whether it was done",
            place=place(lake.config.connection),
            hint="run again once the lake can be reached: what was committed is found then, and so is what was lost",
        ) from None


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
    if not lake.config.connection.has_one_writer:
        with loading(place(lake.config.connection)):
            lake.connection.execute(f"COMMENT ON TABLE {lake.history_table} IS {literal(_LOCK + last)}")
