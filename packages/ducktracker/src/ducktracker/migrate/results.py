"""What became of each migration of a run, so far."""

from collections.abc import Sequence

from dt_contract.errors import MigrationFailed
from dt_contract.result import MigrationResult, ResultDocument
from dt_lint.script.statements import Script
from ducktracker.migrate.progress import Progress
from ducktracker.migrate.transaction import Applied, Failed


def skipped(script: Script) -> MigrationResult:
    """Return the result of a migration that was left untried."""
    return MigrationResult(script=script.name, outcome="skipped")


class Results:
    """The results of a run, in the order of its migrations."""

    last_snapshot: int | None = None
    """The lake snapshot of what was applied last."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._results: list[MigrationResult] = []

    def applied(self, batch: Sequence[Script], outcome: Applied) -> None:
        """Add migrations that were applied together, and tell of them."""
        self.last_snapshot = outcome.lake_snapshot
        for script, took in zip(batch, outcome.execution_ms, strict=True):
            result = MigrationResult(
                script=script.name, outcome="applied", execution_ms=took, lake_snapshot=outcome.lake_snapshot
            )
            self._results.append(result)
            self._progress.applied(result)

    def ended(self, waiting: Sequence[Script], failed: Failed | None = None) -> None:
        """Add what was not applied when the run ended: what failed, and what was left untried."""
        tried = [] if failed is None else failed.tried(waiting)
        for script in waiting:
            if failed and script in tried:
                result = MigrationResult(
                    script=script.name, outcome="failed", execution_ms=failed.execution_ms, error=failed.error
                )
                self._results.append(result)
            else:
                self._results.append(skipped(script))

    def document(self) -> ResultDocument:
        """Return all of them."""
        return ResultDocument(migrations=tuple(self._results))


def failure(failed: Failed, waiting: Sequence[Script]) -> MigrationFailed:
    """Return the error for migrations that failed; `waiting` begins with those that were tried."""
    tried, statement = failed.tried(waiting), failed.statement
    name = tried[0].name
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
        hint=f"{name} was rolled back; fix it and run `ducktracker migrate` again",
    )
