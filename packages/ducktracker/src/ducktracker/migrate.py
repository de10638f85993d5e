"""ducktracker migrate: applies what is pending, each migration exactly once."""

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

import duckdb

from dt_config.config import Config
from dt_contract.errors import InputError, MigrationFailed, Stop
from dt_contract.history import HistoryDocument
from dt_contract.migrations import Migration, MigrationsDocument
from dt_contract.result import MigrationResult, ResultDocument
from dt_history.read import read_history
from dt_history.table import INTEGER_MAX, make_table, widen_version
from dt_lake.attach import LakeMissing
from dt_lake.lake import Lake, connect, open_lake
from dt_lake.transaction import transaction
from dt_scan import read_text, scan
from ducktracker.apply import Applied, Failed, Overtaken, apply, commit_message, current_snapshot, record_failure
from ducktracker.pending import pending
from ducktracker.progress import Progress
from ducktracker.runner import Runner
from ducktracker.session import touches_session
from ducktracker.statements import Script, parse


@dataclass(frozen=True)
class Run:
    """What a run did, and what ended it early."""

    result: ResultDocument
    failure: Stop | None = None


def rehearse_nothing(config: Config, target: int | None) -> ResultDocument:
    """Gives what migrate would apply; executes and writes nothing."""
    migrations = scan(config.migrations.directory)
    with ExitStack() as stack:
        try:
            lake = stack.enter_context(open_lake(config))
            connection, history = lake.connection, read_history(lake)
        except LakeMissing:
            connection, history = stack.enter_context(connect(config)), HistoryDocument(table="")
        scripts = load(connection, config, pending(migrations, history, config.behavior, target))
    return ResultDocument(dry_run=True, migrations=tuple(_skipped(script) for script in scripts))


def migrate(config: Config, *, target: int | None, patience: float, progress: Progress) -> Run:
    """Applies what is pending. A migration that fails ends the run; what came before it stays applied.

    Raises InputError or Refused before anything runs, and LakeError or LakeBusy when the lake can't be had.
    """
    migrations = scan(config.migrations.directory)
    try:
        runner = Runner(config, create=False, patience=patience, say=progress.note)
    except LakeMissing:
        if not _parsed_without_lake(config, migrations, target):
            return Run(ResultDocument())
        runner = Runner(config, create=True, patience=patience, say=progress.note)
    with closing(runner):
        return _migrate(runner, config, migrations, target, progress)


def _parsed_without_lake(config: Config, migrations: MigrationsDocument, target: int | None) -> list[Script]:
    """All is read and parsed before even the lake is made."""
    history = HistoryDocument(table="")
    with connect(config) as connection:
        return load(connection, config, pending(migrations, history, config.behavior, target))


def load(connection: duckdb.DuckDBPyConnection, config: Config, migrations: Sequence[Migration]) -> list[Script]:
    """Reads and parses files. Raises InputError, also for a file that is no longer what was scanned."""
    scripts = []
    for migration in migrations:
        text = read_text(Path(config.migrations.directory, migration.script))
        if hashlib.sha256(text.encode()).hexdigest() != migration.checksum:
            raise InputError("changed while it was being read", place=migration.script, hint="run again")
        scripts.append(parse(connection, migration, text))
    return scripts


def _migrate(
    runner: Runner, config: Config, migrations: MigrationsDocument, target: int | None, progress: Progress
) -> Run:
    base, history = _history(runner.lake)
    waiting = load(runner.lake.connection, config, pending(migrations, history, config.behavior, target))
    if not waiting:
        return Run(ResultDocument())
    if _prepare(runner.lake, history, waiting):
        base, history = _history(runner.lake)
    results: list[MigrationResult] = []
    rank = _next_rank(history)
    progress.begin(len(waiting))
    while waiting:
        script = waiting[0]
        outcome = apply(runner.lake, [script], base=base, rank=rank)
        match outcome:
            case Applied():
                waiting.pop(0)
                base, rank = outcome.lake_snapshot, rank + 1
                results.append(_applied(script, outcome))
                progress.applied(results[-1])
                if touches_session(script):
                    runner.reopen()
            case Overtaken():
                base, history = _history(runner.lake)
                rank = _next_rank(history)
                still = {item.script for item in pending(migrations, history, config.behavior, target)}
                waiting = [script for script in waiting if script.name in still]
            case Failed():
                return _failed(runner, outcome, results, waiting)
            case _:
                assert_never(outcome)
    return Run(ResultDocument(migrations=tuple(results)))


def _history(lake: Lake) -> tuple[int, HistoryDocument]:
    """The history, and the lake snapshot at which it was read."""
    with transaction(lake.connection):
        return current_snapshot(lake), read_history(lake)


def _prepare(lake: Lake, history: HistoryDocument, waiting: Sequence[Script]) -> bool:
    """Makes the history table where it is missing, and lets it hold a large version."""
    wide = any((script.migration.version or 0) > INTEGER_MAX for script in waiting)
    was_wide = any((row.version or 0) > INTEGER_MAX for row in history.rows)
    if history.rows and (was_wide or not wide):
        return False
    with transaction(lake.connection):
        commit_message(lake, "history table")
        make_table(lake)
        if wide:
            widen_version(lake)
    return True


def _next_rank(history: HistoryDocument) -> int:
    return max((row.installed_rank for row in history.rows), default=0) + 1


def _failed(runner: Runner, failed: Failed, done: list[MigrationResult], waiting: Sequence[Script]) -> Run:
    try:
        record_failure(runner.lake, failed, rank=_next_rank(read_history(runner.lake)))
    except duckdb.FatalException:
        runner.reopen()
        record_failure(runner.lake, failed, rank=_next_rank(read_history(runner.lake)))
    name, statement = failed.script.name, failed.statement
    result = MigrationResult(script=name, outcome="failed", execution_ms=failed.execution_ms, error=failed.error)
    results = (*done, result, *(_skipped(script) for script in waiting[1:]))
    error = MigrationFailed(
        failed.error,
        place=f"{name}:{statement.line}" if statement else name,
        excerpt=statement.sql if statement else None,
        hint=f"{name} was rolled back; mend it and run migrate again",
    )
    return Run(ResultDocument(migrations=results), error)


def _applied(script: Script, outcome: Applied) -> MigrationResult:
    return MigrationResult(
        script=script.name,
        outcome="applied",
        execution_ms=outcome.execution_ms[0],
        lake_snapshot=outcome.lake_snapshot,
    )


def _skipped(script: Script) -> MigrationResult:
    return MigrationResult(script=script.name, outcome="skipped")
