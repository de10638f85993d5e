"""Drives a run: transaction after transaction, until nothing is pending or a migration fails."""

import time
from collections.abc import Sequence
from typing import assert_never

import duckdb
import msgspec

from dt_config.config import Config
from dt_contract.diff import DiffDocument
from dt_contract.errors import Stop
from dt_contract.history import HistoryDocument
from dt_contract.migrations import Migration, MigrationsDocument
from dt_contract.plan import PlanDocument
from dt_contract.result import ResultDocument
from dt_history.pending import pending, target_unknown
from dt_history.problems import missing_files
from dt_history.read import read_history
from dt_history.tail import HistoryTail, read_tail
from dt_history.whole import whole_to
from dt_history.widen import widen
from dt_history.writer import Overtaken
from dt_lake.transaction import transaction
from dt_lint.check import check
from dt_lint.load import load
from dt_lint.rules.system_columns import check_columns
from dt_lint.script.classify import is_plain_ddl, touches_session
from dt_lint.script.statements import Script, first_line
from dt_lint.watch import Witness
from dt_snapshot.moment import newest
from ducktracker.drift.checkpoint import keep_copy
from ducktracker.drift.unfinished import check_finished
from ducktracker.migrate.attempt import attempt, check_ids
from ducktracker.migrate.batches import batches, effective, without_culprit
from ducktracker.migrate.migrate_options import MigrateOptions
from ducktracker.migrate.progress import Progress
from ducktracker.migrate.restating import Restating, may_restate
from ducktracker.migrate.results import Results, failure
from ducktracker.migrate.session import Session
from ducktracker.migrate.transaction import Applied, Failed, record_failure

_COMMITS_BETWEEN = 10
"""After so many commits the run looks how much memory DuckDB keeps."""


class Run(msgspec.Struct, frozen=True):
    """What a run did, and what ended it early; `failed` says more of a migration that failed."""

    result: ResultDocument
    failure: Stop | None = None
    failed: Failed | None = None


class MigrationRun:
    """One run of migrate on an open lake, or with a witness of plan on a branch of it."""

    def __init__(
        self,
        session: Session,
        config: Config,
        migrations: MigrationsDocument,
        options: MigrateOptions,
        progress: Progress,
        witness: Witness | None = None,
    ) -> None:
        self._session = session
        self._config = config
        self._migrations = migrations
        self._options = options
        self._progress = progress
        self._witness = witness
        self._tail = HistoryTail(None)
        self._is_first = False
        self._drift: DiffDocument | None = None
        self._restating: Restating | None = None
        self._queue: list[list[Script]] = []
        self._results = Results(progress)
        self._own: list[int] = []
        self._whole: int | None = None
        self._commits = 0
        self._failure: Failed | None = None

    def run(self, planned: PlanDocument | None, parsed: Sequence[Script] = ()) -> Run:
        """Apply what is pending, and just what is planned if a plan is given; `parsed` is what was parsed already.

        Raises InputError, Refused or LakeBusy before anything is applied; what ends the run later is in the result.
        """
        history, before = self._read_history(), self._tail.lake_snapshot
        self._is_first = not history.rows
        scripts = self._checked(history, planned, parsed)
        unknown = target_unknown(self._migrations, history, self._options.target)
        for warning in (*missing_files(self._migrations, history), *unknown):
            self._progress.note(warning)
        if not scripts:
            return Run(ResultDocument())
        self._check_drift(history, scripts)
        mode = effective(self._options.mode or self._config.behavior.transaction, len(scripts))
        if mode == "all":
            check(scripts, self._config.migrations)
        is_postgres = self._witness.backend == "postgres" if self._witness else None
        check_columns(scripts, self._session.lake, is_postgres=is_postgres)
        if widen(self._session.lake, history, [script.migration.version for script in scripts]):
            # Whoever was quicker with a row is found in the transaction of the first migration.
            self._tail = msgspec.structs.replace(self._tail, lake_snapshot=None)
        self._progress.begin(len(scripts))
        self._queue = batches(scripts, mode)
        try:
            ended_by = self._drain(splits=mode == "group")
            if not self._witness:
                self._keep_copy()
        except Stop as stop:
            ended_by = stop
            self._results.ended(self._waiting())
        finally:
            if self._restating:
                self._restating.close()
        result = msgspec.structs.replace(self._results.document(), lake_snapshot_before=before, drift=self._drift)
        return Run(result, ended_by, self._failure)

    def _checked(
        self, history: HistoryDocument, planned: PlanDocument | None, parsed: Sequence[Script]
    ) -> Sequence[Script]:
        waiting = self._pending(history)
        if planned and (waiting or self._options.plan):
            from ducktracker.migrate.plan_file import check_plan

            check_plan(planned, waiting, self._session.lake, self._options.plan)
        is_parsed = [script.migration for script in parsed] == waiting
        return parsed if is_parsed else load(self._session.lake.connection, self._config, waiting)

    def _check_drift(self, history: HistoryDocument, scripts: Sequence[Script]) -> None:
        """In one transaction, or what another runner applies between two queries would be called drift."""
        if not history.rows:
            return
        from ducktracker.migrate.drift_policy import check_before_migrate, has_drift

        lake = self._session.lake
        with transaction(lake.connection):
            is_newest = newest(lake) == self._tail.lake_snapshot
            seen = history if is_newest else read_history(lake)
            self._drift = check_before_migrate(lake, seen, self._config, self._progress.note)
            if not self._witness and may_restate(scripts):
                self._restating = Restating(self._config, has_drift=has_drift(lake, seen))

    def _drain(self, *, splits: bool) -> Stop | None:
        give_up_at = time.monotonic() + self._options.lock_timeout
        is_many = len(self._waiting()) > 1
        while self._queue:
            batch = self._queue[0]
            self._session.tune(much_ddl=is_many and all(map(is_plain_ddl, batch)))
            try:
                outcome = self._attempt(batch, is_final=not splits or len(batch) == 1)
            except Overtaken:
                self._session.after_conflict()
                self._look_again()
                if self._queue:
                    self._check_lock_timeout(give_up_at)
                continue
            match outcome:
                case Applied():
                    self._took(batch, outcome)
                    give_up_at = time.monotonic() + self._options.lock_timeout
                case Failed() if splits and len(batch) > 1:
                    self._queue[:1] = without_culprit(batch, outcome.script)
                case Failed():
                    return self._failed(outcome)
                case _:
                    assert_never(outcome)
        return None

    def _attempt(self, batch: Sequence[Script], *, is_final: bool) -> Applied | Failed:
        outcome = attempt(self._session, batch, self._tail, self._restating, self._witness)
        if isinstance(outcome, Failed):
            self._judge(outcome, batch, is_final=is_final)
        return outcome

    def _took(self, batch: Sequence[Script], outcome: Applied) -> None:
        self._queue.pop(0)
        self._tail = self._tail.after([script.name for script in batch], outcome.lake_snapshot)
        self._results.applied(batch, outcome)
        if outcome.lost:
            raise outcome.lost
        self._own.append(outcome.lake_snapshot)
        check_ids(self._session.lake, batch, outcome.lake_snapshot)
        self._commits += 1
        if any(map(touches_session, batch)):
            self._session.reopen()
        elif self._commits % _COMMITS_BETWEEN == 0:
            self._session.make_room()

    def _read_history(self) -> HistoryDocument:
        history, self._tail = read_tail(self._session.lake)
        self._whole = whole_to(self._session.lake, history, self._own)
        return history

    def _judge(self, failed: Failed, batch: Sequence[Script], *, is_final: bool) -> None:
        """Record a final failure. Raises Overtaken if someone else wrote history: the failure may come of that."""
        if failed.is_internal:
            self._session.reopen()
        known = self._tail
        self._read_history()
        if known.size != self._tail.size:
            raise Overtaken(self._session.lake)
        if is_final:
            try:
                record_failure(self._session.lake, failed.tried(batch), failed.execution_ms, self._tail)
            except Stop:
                raise
            except duckdb.Error as error:
                self._progress.note(f"the failure can't be recorded: {first_line(str(error))}")

    def _pending(self, history: HistoryDocument) -> list[Migration]:
        check_finished(self._session.lake, history)
        options = self._options
        return pending(
            self._migrations, history, self._config.behavior, options.target, new_history=options.new_history
        )

    def _look_again(self) -> None:
        """Leave out of the queue what another runner has applied."""
        if self._restating:
            self._restating.others_wrote()
        waiting = {migration.script for migration in self._pending(self._read_history())}
        kept = ([script for script in batch if script.name in waiting] for batch in self._queue)
        self._queue = [batch for batch in kept if batch]

    def _waiting(self) -> list[Script]:
        return [script for batch in self._queue for script in batch]

    def _check_lock_timeout(self, give_up_at: float) -> None:
        if time.monotonic() > give_up_at:
            raise self._session.gave_up()

    def _failed(self, failed: Failed) -> Stop:
        waiting = self._waiting()
        self._results.ended(waiting, failed)
        self._queue.clear()
        self._failure = failed
        return failure(failed, waiting)

    def _keep_copy(self) -> None:
        self._session.tune(much_ddl=False)
        last = self._results.last_snapshot
        if last is not None:
            whole = last if self._whole is None else self._whole
            keep_copy(self._session.lake, last, is_first=self._is_first, whole=whole)
