"""Applies migrations in one transaction: all of them and their history rows, or nothing."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

import duckdb
import msgspec
from msgspec.structs import replace

from dt_contract.errors import Stop
from dt_history.table import NewRow, row_of
from dt_history.tail import HistoryTail
from dt_history.whole import FilesLost
from dt_history.writer import appending
from dt_lake.attach import place
from dt_lake.errors import loading
from dt_lake.lake import Lake
from dt_lake.sql import name
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.script.classify import is_plain_ddl, touches_session
from dt_lint.script.statements import Script, Statement, first_line
from dt_lint.watch import Watch, Witness
from ducktracker.drift.row_data import RowData, packed_row
from ducktracker.drift.set_options import SetOption
from ducktracker.migrate.option_watch import OptionWatch
from ducktracker.migrate.restating import Restating


class Applied(msgspec.Struct, frozen=True):
    """The migrations are in the lake, in this lake snapshot; each took so many milliseconds.

    `lost` is what was lost with the answer to COMMIT.
    """

    lake_snapshot: int
    execution_ms: tuple[int, ...]
    lost: FilesLost | None = None


class Record(NamedTuple):
    """What a transaction that is no migration leaves in the history: rows, and what the last one keeps of it.

    `rows` returns the rows once it took so many milliseconds; `check` may end the transaction before anything is done.
    """

    rows: Callable[[int], list[NewRow]]
    data: RowData
    check: Callable[[Lake], None]


class Failed(msgspec.Struct, frozen=True):
    """A statement, or (None) the COMMIT, failed; nothing of the transaction is in the lake.

    `script` is None where it is not known which of several migrations made the COMMIT fail. After an internal error
    the DuckDB that it happened in is not to be trusted.
    """

    script: Script | None
    statement: Statement | None
    error: str
    execution_ms: int
    is_internal: bool = False

    def tried(self, batch: Sequence[Script]) -> list[Script]:
        """Return the migration of a batch that failed, or all of them if it isn't known which."""
        return [self.script] if self.script else list(batch)


def apply(
    lake: Lake,
    scripts: Sequence[Script],
    tail: HistoryTail,
    restating: Restating | None = None,
    witness: Witness | None = None,
    record: Record | None = None,
) -> Applied | Failed:
    """Apply the scripts, with a history row for each. What statements state again is kept if `restating` is given.

    A witness, of a plan, says how each statement is run, if at all. With a `record`, its rows stand in place of theirs.

    After one that touches the session, the lake is to be opened again. Raises Overtaken if another runner was quicker;
    nothing of the transaction is in the lake then.
    """
    progress = _Progress(scripts)
    names = [script.name for script in scripts]
    restating = restating or Restating(None)
    try:
        with appending(lake, _what(names), names, tail=tail, last=names[-1]) as writer:
            watch = Watch(lake, scripts, witness)
            restating.begin(lake, tail.lake_snapshot)
            if record:
                record.check(lake)
            options = _run_all(lake, scripts, progress, restating, watch)
            data = RowData(options=options, restated=restating.found)
            if record:
                rows, data = record.rows(sum(progress.times)), replace(record.data, options=options)
            else:
                rows = [row_of(script.migration, took) for script, took in zip(scripts, progress.times, strict=True)]
            writer.append([*rows[:-1], rows[-1]._replace(data=packed_row(data))])
    except FilesLost as lost:
        return Applied(lost.snapshot, tuple(progress.times), lost)
    except Stop:
        raise
    except (duckdb.Error, CorruptsLake) as error:
        return progress.failed(error)
    finally:
        _leave(lake)
    return Applied(writer.snapshot, tuple(progress.times))


def _leave(lake: Lake) -> None:
    """Use the target schema no longer, and let DuckLake retry a COMMIT again.

    A lake that is used is asked for every function too, and loads its whole catalog for that after each commit
    (docs/ducklake-facts.md#where-the-time-goes).
    """
    with suppress(duckdb.Error):
        lake.connection.execute("USE memory.main; RESET GLOBAL ducklake_max_retry_count")


def _run_all(
    lake: Lake, scripts: Sequence[Script], progress: "_Progress", restating: Restating, watch: Watch
) -> tuple[SetOption, ...]:
    """Run all statements; return the options that they set."""
    use = f"USE {name(lake.catalog, lake.config.migrations.target_schema)}"
    with loading(place(lake.config.connection)):
        lake.connection.execute(use)
    options = None if all(map(is_plain_ddl, scripts)) else OptionWatch(lake)
    for script in scripts:
        progress.start(script)
        for statement in script.statements:
            progress.statement = statement
            watch.run(statement)
            restating.see(script, statement)
        if touches_session(script):
            lake.connection.execute(use)
        progress.finish()
    watch.at_commit()
    progress.at_commit()
    set_options = options.options() if options else ()
    if set_options:
        # An option is written at once, and DuckLake's own retry of the COMMIT would lose it.
        lake.connection.execute("SET GLOBAL ducklake_max_retry_count = 0")
    return set_options


def record_failure(lake: Lake, scripts: Sequence[Script], execution_ms: int, tail: HistoryTail) -> None:
    """Append a row for each migration that was tried and failed, or that may be the one that did.

    Raises Overtaken if another runner was quicker with the history.
    """
    names = [script.name for script in scripts]
    with appending(lake, _what(names, " failed"), names, tail=tail, last=names[-1]) as writer:
        writer.append([row_of(script.migration, execution_ms, success=False) for script in scripts])


def _what(scripts: Sequence[str], outcome: str = "") -> str:
    """Which migrations the transaction is about; one of them may say something else after it."""
    more = f" and {len(scripts) - 1} more" if len(scripts) > 1 else ""
    return f"{scripts[0]}{more}{outcome}"


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
        if isinstance(error, CorruptsLake) and error.statement:
            self.statement = error.statement
            self._script = next(
                script for script in self._scripts if any(error.statement is item for item in script.statements)
            )
        text = first_line(str(error)) + (" (an error within DuckDB itself)" if is_internal else "")
        return Failed(self._script, self.statement, text, self._milliseconds(), is_internal)

    def _milliseconds(self) -> int:
        return round((time.monotonic() - self._started) * 1000)
