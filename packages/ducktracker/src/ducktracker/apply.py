"""Applies migrations in one transaction: all of them and their history rows, or nothing."""

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

import duckdb
import msgspec

from dt_contract import __version__
from dt_history.table import NewRow, append, installed_by
from dt_lake.lake import Lake
from dt_lake.sql import literal, name
from dt_lake.transaction import transaction
from ducktracker.statements import Script, Statement, first_line

_LOCK = "History of the migrations that ducktracker applied; its last run: "


@dataclass(frozen=True)
class Applied:
    """The migrations are in the lake, in this lake snapshot; each took so many milliseconds."""

    lake_snapshot: int
    execution_ms: tuple[int, ...]


@dataclass(frozen=True)
class Failed:
    """A statement of a script, or (null) the COMMIT, failed; nothing of the transaction is in the lake."""

    script: Script
    statement: Statement | None
    error: str
    execution_ms: int


@dataclass(frozen=True)
class Overtaken:
    """Someone else changed the lake since the history was read; nothing of the transaction is in the lake."""


def apply(lake: Lake, scripts: Sequence[Script], *, base: int, rank: int) -> Applied | Failed | Overtaken:
    """Applies the scripts, whose history rows get the ranks from `rank` on, in a session of their own.

    `base` is the lake snapshot at which the history was read. DuckLake itself is the lock: of two transactions
    that comment on one table, only one can commit (ducklake-facts, Transactions and concurrency).
    """
    session = lake.session()
    progress = _Progress(scripts[0])
    with closing(session.connection):
        session.connection.execute(f"USE {name(lake.catalog, lake.config.migrations.target_schema)}")
        try:
            with transaction(session.connection):
                set_commit_message(session, scripts)
                if current_snapshot(session) != base:
                    raise _OvertakenError
                _lock(session, scripts[-1].name)
                times = tuple(_run(session, script, progress) for script in scripts)
                append(session, rank, [_row(script, took) for script, took in zip(scripts, times, strict=True)])
                progress.statement = None
        except _OvertakenError:
            return Overtaken()
        except duckdb.Error as error:
            if _is_conflict(error):
                return Overtaken()
            return Failed(progress.script, progress.statement, first_line(str(error)), progress.milliseconds())
        return Applied(last_committed_snapshot(session), times)


def record_failure(lake: Lake, failed: Failed, *, rank: int) -> None:
    """Appends a row that says that a migration was tried and failed."""
    with transaction(lake.connection):
        set_commit_message(lake, [failed.script], failed=True)
        append(lake, rank, [_row(failed.script, failed.execution_ms, success=False)])


def set_commit_message(lake: Lake, scripts: Sequence[Script], *, failed: bool = False) -> None:
    """Says which migrations; one of them may say something else after it."""
    more = f" and {len(scripts) - 1} more" if len(scripts) > 1 else ""
    commit_message(lake, f"{scripts[0].name}{more}{' failed' if failed else ''}", [script.name for script in scripts])


def commit_message(lake: Lake, what: str, scripts: Sequence[str] = ()) -> None:
    """Says who and what in the lake's own log of snapshots, for the transaction that is open."""
    extra = {"tool": "ducktracker", "version": __version__, "scripts": scripts}
    info = literal(msgspec.json.encode(extra).decode())
    message = f"ducktracker {__version__}: {what}"
    arguments = ", ".join(map(literal, (lake.catalog, installed_by(), message)))
    lake.connection.execute(f"CALL ducklake_set_commit_message({arguments}, extra_info => {info})")


def current_snapshot(lake: Lake) -> int:
    """Gives the lake snapshot that the session sees."""
    return _number(lake, "ducklake_current_snapshot")


def last_committed_snapshot(lake: Lake) -> int:
    """Gives the lake snapshot of the session's last commit."""
    return _number(lake, "ducklake_last_committed_snapshot")


def _number(lake: Lake, function: str) -> int:
    row = lake.connection.execute(f"SELECT * FROM {function}({literal(lake.catalog)})").fetchone()
    assert row is not None
    return int(row[0])


def _lock(lake: Lake, script: str) -> None:
    lake.connection.execute(f"COMMENT ON TABLE {lake.history_table} IS {literal(_LOCK + script)}")


def _is_conflict(error: duckdb.Error) -> bool:
    return "conflict" in str(error).lower() and isinstance(error, duckdb.TransactionException)


class _OvertakenError(Exception):
    pass


class _Progress:
    """What is running, for the report of a failure."""

    def __init__(self, script: Script) -> None:
        self.start(script)

    def start(self, script: Script) -> None:
        self.script = script
        self.statement: Statement | None = None
        self._started = time.monotonic()

    def milliseconds(self) -> int:
        return round((time.monotonic() - self._started) * 1000)


def _run(lake: Lake, script: Script, progress: _Progress) -> int:
    progress.start(script)
    for statement in script.statements:
        progress.statement = statement
        lake.connection.execute(statement.sql)
    return progress.milliseconds()


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
