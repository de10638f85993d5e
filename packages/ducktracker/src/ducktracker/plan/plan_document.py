"""What came of a trial, as a plan document."""

from collections.abc import Iterator

from dt_contract.diff import Change, DiffDocument, Side
from dt_contract.plan import (
    NotChecked,
    PlanFailure,
    PlannedMigration,
    PlannedSnapshot,
    PlannedStatement,
)
from dt_contract.redaction import redact
from dt_diff.compare import compare, count
from dt_diff.names import full_name
from dt_lint.script.statements import Script
from ducktracker.plan.trial import Trial


def diff_of(trial: Trial) -> DiffDocument:
    """Return what the migrations change together, by the ids of the objects."""
    return compare(trial.base, trial.end, expected_name="live", actual_name="after migrate")


def migrations_of(trial: Trial) -> tuple[PlannedMigration, ...]:
    """Return the migrations, and what came of each of their statements."""
    return tuple(
        PlannedMigration(
            script=script.name,
            checksum=script.migration.checksum,
            statements=tuple(_statements(trial, script)),
        )
        for script in trial.scripts
    )


def _statements(trial: Trial, script: Script) -> Iterator[PlannedStatement]:
    for statement in script.statements:
        yield PlannedStatement(
            line=statement.line,
            sql=redact(statement.sql),
            rows=trial.witness.rows.get(id(statement)),
            not_tried=trial.witness.why_not_tried(statement),
        )


def snapshots_of(trial: Trial) -> tuple[PlannedSnapshot, ...]:
    """Return what each lake snapshot of the migrations changes; options have no past."""
    changes = {step.snapshot: tuple(located.change for located in step.changes) for step in trial.steps}
    return tuple(
        PlannedSnapshot(
            lake_snapshot=snapshot,
            migrations=tuple(script.name for script in scripts),
            diff=_diff(snapshot, changes.get(snapshot, ())),
        )
        for snapshot, scripts in sorted(trial.snapshots.items())
    )


def _diff(snapshot: int, changes: tuple[Change, ...]) -> DiffDocument:
    return DiffDocument(
        expected=Side(name=f"lake snapshot {snapshot - 1}"),
        actual=Side(name=f"lake snapshot {snapshot}"),
        changes=changes,
        counts=count(changes),
        not_compared=("options",),
    )


def failure_of(trial: Trial, *, show_values: bool) -> PlanFailure | None:
    """Return what fails; values of rows in its text are left out unless `show_values`."""
    failed = trial.failed
    if failed is None:
        return None
    names = [script.name for script in trial.tried]
    return PlanFailure(
        script=names[0],
        last=names[-1] if len(names) > 1 else None,
        line=failed.statement.line if failed.statement else None,
        sql=redact(failed.statement.sql) if failed.statement else None,
        error=failed.error if show_values else trial.witness.told(failed),
    )


def not_checked(trial: Trial) -> tuple[NotChecked, ...]:
    """Return the views that reach beyond the lake."""
    after = trial.views[1]
    return tuple(
        NotChecked(view=full_name(*view), reason=trial.witness.told_of_a_view(after.reasons[view]))
        for view in sorted(after.out_of_reach)
    )
