"""Applies migrations in one transaction: all of them and their history rows, or nothing."""

import re
import time
from collections.abc import Sequence
from contextlib import suppress

import duckdb
import msgspec

from dt_contract.history import HistoryDocument
from dt_history.table import NewRow, append, make_table
from dt_lake.lake import Lake
from dt_lake.sql import literal, name
from dt_lake.transaction import transaction
from ducktracker.commit import commit_message, current_snapshot, last_committed_snapshot
from ducktracker.guards import CorruptsLake, Watch
from ducktracker.nature import touches_session
from ducktracker.statements import Script, Statement, first_line

_CONFLICT = re.compile(r"(?i)conflict|exceeded the maximum retry count")
_LOCK = "History of the migrations that ducktracker applied; its last run: "


class Known(msgspec.Struct, frozen=True):
    """What a run knows of the history at a lake snapshot: its size, and what the next row needs.

    That is the last rank, the script of the last row that is no copy, and the rank of the last copy.
    """

    lake_snapshot: int
    rows: int = 0
    last_rank: int = 0
    last_script: str = ""
    last_copy: int | None = None

    @classmethod
    def of(cls, history: HistoryDocument, lake_snapshot: int) -> "Known":
        """Gives it of a history that was read at a lake snapshot."""
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

    def after(self, scripts: Sequence[Script], lake_snapshot: int) -> "Known":
        """Gives it once a row of each script was appended in a lake snapshot."""
        return msgspec.structs.replace(
            self,
            lake_snapshot=lake_snapshot,
            rows=self.rows + len(scripts),
            last_rank=self.last_rank + len(scripts),
            last_script=scripts[-1].name,
        )


class Applied(msgspec.Struct, frozen=True):
    """The migrations are in the lake, in this lake snapshot; each took so many milliseconds."""

    lake_snapshot: int
    execution_ms: tuple[int, ...]


class Failed(msgspec.Struct, frozen=True):
    """A statement, or (null) the COMMIT, failed; nothing of the transaction is in the lake.

    `script` is null where it is not known which of several migrations made the COMMIT fail. After an internal error
    the DuckDB that it happened in is not to be trusted.
    """

    script: Script | None
    statement: Statement | None
    error: str
    execution_ms: int
    is_internal: bool = False


class Overtaken(msgspec.Struct, frozen=True):
    """Another runner was quicker; nothing of the transaction is in the lake."""


class _OvertakenError(Exception):
    pass


def apply(lake: Lake, scripts: Sequence[Script], known: Known) -> Applied | Failed | Overtaken:
    """Applies the scripts. After one that touches the session, the lake is to be opened afresh.

    DuckLake itself is the lock: of two transactions that comment on one table, only one can commit
    (ducklake-facts, Transactions and concurrency).
    """
    progress = _Progress(scripts)
    try:
        with transaction(lake.connection):
            _run_all(lake, scripts, known, progress)
    except _OvertakenError:
        return Overtaken()
    except (duckdb.Error, CorruptsLake) as error:
        return Overtaken() if is_conflict(error) else progress.failed(error)
    finally:
        _leave(lake)
    return Applied(last_committed_snapshot(lake), tuple(progress.times))


def _leave(lake: Lake) -> None:
    """No longer uses the target schema.

    A lake that is used is asked for every function too, and loads its whole catalog for that after each commit
    (ducklake-facts, Where the time goes).
    """
    with suppress(duckdb.Error):
        lake.connection.execute("USE memory.main")


def _run_all(lake: Lake, scripts: Sequence[Script], known: Known, progress: "_Progress") -> None:
    _set_commit_message(lake, [script.name for script in scripts])
    if not known.rows:
        make_table(lake)
    use = f"USE {name(lake.catalog, lake.config.migrations.target_schema)}"
    lake.connection.execute(use)
    if current_snapshot(lake) != known.lake_snapshot and _history_size(lake) != (known.rows, known.last_rank):
        raise _OvertakenError
    lock(lake, scripts[-1].name)
    watch = Watch(lake)
    for script in scripts:
        progress.start(script)
        for statement in script.statements:
            progress.statement = statement
            watch.before(statement)
            lake.connection.execute(statement.sql)
            watch.after(statement)
        if touches_session(script):
            lake.connection.execute(use)
        progress.finish()
    progress.at_commit()
    rows = [_row(script, took) for script, took in zip(scripts, progress.times, strict=True)]
    append(lake, known.last_rank + 1, rows)


def lock(lake: Lake, last: str) -> None:
    """Makes the open transaction conflict with every other one that does the same. `last` is what the comment names.

    Nobody else writes to a DuckDB file while this process has it, and each comment costs two loads of the catalog.
    """
    if not lake.config.connection.is_file:
        lake.connection.execute(f"COMMENT ON TABLE {lake.history_table} IS {literal(_LOCK + last)}")


def record_failure(lake: Lake, scripts: Sequence[Script], execution_ms: int, known: Known) -> bool:
    """Appends a row for each migration that was tried and failed, or that may be the one that did.

    Gives whether it did: not when another runner was quicker with the history.
    """
    try:
        with transaction(lake.connection):
            if not known.rows:
                make_table(lake)
            if _history_size(lake) != (known.rows, known.last_rank):
                return False
            _set_commit_message(lake, [script.name for script in scripts], " failed")
            lock(lake, scripts[-1].name)
            append(lake, known.last_rank + 1, [_row(script, execution_ms, success=False) for script in scripts])
    except duckdb.TransactionException as error:
        if is_conflict(error):
            return False
        raise
    return True


def _set_commit_message(lake: Lake, scripts: Sequence[str], outcome: str = "") -> None:
    """Says which migrations the transaction is about; one of them may say something else after it."""
    more = f" and {len(scripts) - 1} more" if len(scripts) > 1 else ""
    commit_message(lake, f"{scripts[0]}{more}{outcome}", scripts)


def _history_size(lake: Lake) -> tuple[int, int]:
    row = lake.connection.execute(
        f"SELECT count(*), coalesce(max(installed_rank), 0) FROM {lake.history_table}"
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def is_conflict(error: Exception) -> bool:
    """Whether another transaction was quicker: with the same table, or with the next lake snapshot, all the time."""
    return isinstance(error, duckdb.TransactionException) and bool(_CONFLICT.search(str(error)))


class _Progress:
    """What is running, for the history and for the report of a failure."""

    def __init__(self, scripts: Sequence[Script]) -> None:
        self.times: list[int] = []
        self.statement: Statement | None = None
        self._scripts = scripts
        self._script: Script | None = scripts[0]
        self._started = time.monotonic()

    def start(self, script: Script) -> None:
        self._script = script
        self._started = time.monotonic()

    def finish(self) -> None:
        self.times.append(self._milliseconds())

    def at_commit(self) -> None:
        self.statement = None
        self._script = self._scripts[0] if len(self._scripts) == 1 else None

    def failed(self, error: Exception) -> Failed:
        is_internal = isinstance(error, duckdb.InternalException | duckdb.FatalException)
        text = first_line(str(error)) + (" (an error within DuckDB itself)" if is_internal else "")
        return Failed(self._script, self.statement, text, self._milliseconds(), is_internal)

    def _milliseconds(self) -> int:
        return round((time.monotonic() - self._started) * 1000)


def _row(script: Script, execution_ms: int, *, success: bool = True) -> NewRow:
    migration = script.migration
    return NewRow(
        type=migration.type,
        version=migration.version,
        description=migration.description,
        script=migration.script,
        checksum=migration.checksum,
        execution_ms=execution_ms,
        success=success,
    )
