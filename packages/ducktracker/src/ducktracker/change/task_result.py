"""The result document of a revert or an undo. Pure."""

from dt_contract.result import MigrationResult, ResultDocument
from ducktracker.change.carry_out import Done


def result(done: Done | None) -> ResultDocument:
    """Return the document, with a row of the history in place of each migration."""
    if done is None:
        return ResultDocument(dry_run=True)
    snapshot = done.snapshots[-1] if done.snapshots else None
    return ResultDocument(
        dry_run=snapshot is None,
        migrations=tuple(
            MigrationResult(
                script=row.script,
                outcome="skipped" if snapshot is None else task.kind,
                lake_snapshot=snapshot,
                about="; ".join((*task.told, *task.left)) or None,
            )
            for task in done.tried.tasks
            for row in task.rows
        ),
        lake_snapshot_before=done.tried.tasks[0].base if snapshot is not None else None,
    )
