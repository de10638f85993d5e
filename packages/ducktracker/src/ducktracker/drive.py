"""Drives a run: transaction after transaction, until nothing is pending or a migration fails."""

import time
from collections.abc import Sequence
from typing import assert_never

import msgspec

from dt_config.config import Config
from dt_contract.errors import LakeBusy, LakeError, MigrationFailed, Stop
from dt_contract.history import HistoryDocument
from dt_contract.migrations import Migration, MigrationsDocument
from dt_contract.plan import PlanDocument
from dt_contract.result import MigrationResult, ResultDocument
from dt_history.read import read_history
from dt_history.tail import HistoryTail, read_tail
from dt_history.widen import widen
from dt_history.writer import Overtaken
from dt_lake.attach import place
from dt_lake.transaction import transaction
from dt_snapshot.moment import newest
from ducktracker.apply import Applied, Failed, apply, record_failure
from ducktracker.batches import batches, effective, without_culprit
from ducktracker.copies import keep_copy
from ducktracker.guards import duplicated_ids
from ducktracker.nature import is_plain_ddl, touches_session
from ducktracker.options import Options
from ducktracker.pending import pending
from ducktracker.progress import Progress
from ducktracker.runner import Runner
from ducktracker.scripts import load
from ducktracker.sequences import check_shared_transaction
from ducktracker.statements import Script

_COMMITS_BETWEEN = 10
"""After so many commits the run looks how much memory DuckDB keeps."""


class Run(msgspec.Struct, frozen=True):
    """What a run did, and what ended it early."""

    result: ResultDocument
    failure: Stop | None = None


def skipped(script: Script) -> MigrationResult:
    """Gives the result of a migration that was left untried."""
    return MigrationResult(script=script.name, outcome="skipped")


class Drive:
    """One run of migrate on an open lake."""

    def __init__(
        self, runner: Runner, config: Config, migrations: MigrationsDocument, options: Options, progress: Progress
    ) -> None:
        self._runner = runner
        self._config = config
        self._migrations = migrations
        self._options = options
        self._progress = progress
        self._tail = HistoryTail(None)
        self._results: list[MigrationResult] = []
        self._commits = 0

    def run(self, planned: PlanDocument | None, parsed: Sequence[Script] = ()) -> Run:
        """Applies what is pending, and just what is planned if a plan is given; `parsed` is what was parsed already.

        Raises InputError, Refused or LakeBusy; a failed migration is in the result.
        """
        history = self._read_history()
        waiting = self._pending(history)
        if planned:
            from ducktracker.plan import check_plan

            check_plan(planned, waiting, self._runner.lake)
        is_parsed = [script.migration for script in parsed] == waiting
        scripts = parsed if is_parsed else load(self._runner.lake.connection, self._config, waiting)
        if not scripts:
            return Run(ResultDocument())
        self._check_drift(history)
        mode = effective(self._options.mode or self._config.behavior.transaction, len(scripts))
        if mode == "all":
            check_shared_transaction(scripts)
        if widen(self._runner.lake, history, [script.migration.version for script in scripts]):
            # Whoever was quicker with a row is found in the transaction of the first migration.
            self._tail = msgspec.structs.replace(self._tail, lake_snapshot=None)
        self._progress.begin(len(scripts))
        failure = self._drain(batches(scripts, mode), splits=mode == "group")
        self._runner.tune(much_ddl=False)
        if any(result.outcome == "applied" for result in self._results):
            last = max(result.lake_snapshot or 0 for result in self._results)
            keep_copy(self._runner.lake, last, self._tail)
        return Run(ResultDocument(migrations=tuple(self._results)), failure)

    def _check_drift(self, history: HistoryDocument) -> None:
        """In one transaction, or what another runner applies between two queries would be called drift."""
        if not history.rows:
            return
        from ducktracker.drift_guard import check_before_migrate

        lake = self._runner.lake
        with transaction(lake.connection):
            is_newest = newest(lake) == self._tail.lake_snapshot
            seen = history if is_newest else read_history(lake)
            check_before_migrate(lake, seen, self._config, self._progress.note)

    def _drain(self, queue: list[list[Script]], *, splits: bool) -> Stop | None:
        give_up_at = time.monotonic() + self._options.patience
        is_many = sum(map(len, queue)) > 1
        while queue:
            batch = queue[0]
            self._runner.tune(much_ddl=is_many and all(map(is_plain_ddl, batch)))
            try:
                outcome = self._attempt(batch, is_final=not splits or len(batch) == 1)
            except Overtaken:
                self._check_patience(give_up_at)
                queue[:] = self._still_pending(queue)
                continue
            match outcome:
                case Applied():
                    queue.pop(0)
                    self._took(batch, outcome)
                    give_up_at = time.monotonic() + self._options.patience
                case Failed() if splits and len(batch) > 1:
                    queue[:1] = without_culprit(batch, outcome.script)
                case Failed():
                    return self._failed(outcome, [script for rest in queue for script in rest])
                case _:
                    assert_never(outcome)
        return None

    def _attempt(self, batch: Sequence[Script], *, is_final: bool) -> Applied | Failed:
        outcome: Applied | Failed | None = None
        try:
            outcome = apply(self._runner.lake, batch, self._tail)
        finally:
            if not isinstance(outcome, Applied) and any(map(touches_session, batch)):
                self._runner.reopen()
        if isinstance(outcome, Failed):
            self._judge(outcome, batch, is_final=is_final)
        return outcome

    def _took(self, batch: Sequence[Script], outcome: Applied) -> None:
        self._tail = self._tail.after([script.name for script in batch], outcome.lake_snapshot)
        for script, took in zip(batch, outcome.execution_ms, strict=True):
            result = MigrationResult(
                script=script.name, outcome="applied", execution_ms=took, lake_snapshot=outcome.lake_snapshot
            )
            self._results.append(result)
            self._progress.applied(result)
        self._check_ids(batch, outcome.lake_snapshot)
        self._commits += 1
        if any(map(touches_session, batch)):
            self._runner.reopen()
        elif self._commits % _COMMITS_BETWEEN == 0:
            self._runner.make_room()

    def _check_ids(self, batch: Sequence[Script], snapshot: int) -> None:
        twice = duplicated_ids(self._runner.lake, snapshot)
        if twice:
            raise LakeError(
                f"after {batch[-1].name}, in lake snapshot {snapshot}, tables or views {twice} are there twice",
                place=place(self._config.connection),
                hint="this is a bug of DuckLake; report it, and restore the catalog to before this snapshot",
            )

    def _read_history(self) -> HistoryDocument:
        history, self._tail = read_tail(self._runner.lake)
        return history

    def _judge(self, failed: Failed, batch: Sequence[Script], *, is_final: bool) -> None:
        """Record a final failure. Raises Overtaken if someone else wrote history: the failure may come of that."""
        if failed.is_internal:
            self._runner.reopen()
        known = self._tail
        self._read_history()
        if known.size != self._tail.size:
            raise Overtaken(self._runner.lake)
        if is_final:
            tried = [failed.script] if failed.script else batch
            record_failure(self._runner.lake, tried, failed.execution_ms, self._tail)

    def _pending(self, history: HistoryDocument) -> list[Migration]:
        return pending(self._migrations, history, self._config.behavior, self._options.target)

    def _still_pending(self, queue: Sequence[Sequence[Script]]) -> list[list[Script]]:
        waiting = {migration.script for migration in self._pending(self._read_history())}
        kept = ([script for script in batch if script.name in waiting] for batch in queue)
        return [batch for batch in kept if batch]

    def _check_patience(self, give_up_at: float) -> None:
        if time.monotonic() > give_up_at:
            raise LakeBusy(
                f"others changed the lake first for {self._options.patience:g} seconds without end",
                place=place(self._config.connection),
                hint="nothing was lost; run again",
            )

    def _failed(self, failed: Failed, waiting: Sequence[Script]) -> Stop:
        tried = [failed.script] if failed.script else list(waiting)
        self._results += [
            MigrationResult(script=item.name, outcome="failed", execution_ms=failed.execution_ms, error=failed.error)
            if item in tried
            else skipped(item)
            for item in waiting
        ]
        return _failure(failed, tried)


def _failure(failed: Failed, tried: Sequence[Script]) -> MigrationFailed:
    name, statement = tried[0].name, failed.statement
    if failed.script is None:
        return MigrationFailed(
            failed.error,
            place=f"{name} to {tried[-1].name}",
            hint="all were rolled back; `migrate --transaction group` finds the one that fails",
        )
    return MigrationFailed(
        failed.error,
        place=f"{name}:{statement.line}" if statement else name,
        excerpt=statement.sql if statement else None,
        hint=f"{name} was rolled back; mend it and run migrate again",
    )
