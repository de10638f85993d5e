"""Runs the transactions of a revert or an undo by the engine of migrate, in the lake or on a branch of it."""

from dt_config.config import Config
from dt_contract.errors import MigrationFailed
from dt_history.table import NewRow
from dt_history.tail import read_tail
from dt_history.writer import Overtaken
from dt_lake.lake import Lake
from dt_snapshot.touched import touches
from ducktracker.change.file_trial import FileTrial
from ducktracker.change.task import Task
from ducktracker.change.texts import script_of
from ducktracker.drift.row_data import RowData
from ducktracker.migrate.attempt import attempt, check_ids
from ducktracker.migrate.session import Session
from ducktracker.migrate.transaction import Failed, Record


def run(
    session: Session, config: Config, task: Task, base: int, *, is_trial: bool = False, walls: FileTrial | None = None
) -> list[int]:
    """Run the transactions; each makes sure that nobody changed the schema since the one before, or since `base`.

    `is_trial` is on a branch; `walls` attempt those of a U file there.
    """
    snapshots: list[int] = []
    for number, text in enumerate(task.texts):
        script = script_of(session.lake.connection, config, text, task.script)
        since = snapshots[-1] if snapshots else base

        def check(lake: Lake, since: int = since) -> None:
            if touches(lake, since):
                raise Overtaken(lake)

        def rows(milliseconds: int, number: int = number) -> list[NewRow]:
            return [row._replace(execution_ms=milliseconds) for row in task.rows_of(number)]

        _, tail = read_tail(session.lake)
        record = Record(rows, RowData(to_come=task.to_come(number)), check)
        if walls:
            outcome = walls.attempt(session, script, tail, record)
        else:
            outcome = attempt(session, [script], tail, record=record)
        if isinstance(outcome, Failed):
            raise _failure(task, outcome, 0 if is_trial else number)
        snapshots.append(outcome.lake_snapshot)
        check_ids(session.lake, [script], outcome.lake_snapshot)
        session.reopen()
    return snapshots


def _failure(task: Task, failed: Failed, number: int) -> MigrationFailed:
    statement = failed.statement
    done = "nothing was done" if number == 0 else f"{number} of {len(task.texts)} transactions are done"
    called = task.file or task.command
    advice = f"{task.command} --dry-run` shows the SQL" if not task.is_rest else "repair` gives up what is left of it"
    return MigrationFailed(
        failed.error,
        place=f"{called}:{statement.line}" if statement else called,
        excerpt=statement.sql if statement else None,
        hint=f"{done}; `ducktracker {advice}",
    )
