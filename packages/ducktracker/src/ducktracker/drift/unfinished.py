"""A revert or an undo that was interrupted after one of its transactions: the history says what is to come."""

from dt_contract.errors import Refused
from dt_contract.history import HistoryDocument, HistoryRow
from dt_contract.validation import Problem
from dt_history.data import read_data
from dt_lake.lake import Lake
from ducktracker.drift.row_data import ToCome, row_data

UNDO, REVERT = "<< Undone >>", "<< Reverted >>"
"""What stands in the history for the script of a task."""


def unfinished(lake: Lake, history: HistoryDocument) -> ToCome | None:
    """Return what is left to do, None if nothing is, or if that was given up."""
    ranks = [row.installed_rank for row in history.rows if row.success and _tells(row)]
    data = read_data(lake, ranks[-1:])
    return next((row_data(packed).to_come for packed in data.values()), None)


def check_finished(lake: Lake, history: HistoryDocument) -> None:
    """Raise Refused if something is left to do: what is applied on half of it may be wrong."""
    problem = told(unfinished(lake, history))
    if problem:
        raise Refused(problem.message, hint=problem.hint)


def told(rest: ToCome | None) -> Problem | None:
    """Return what is left to do as a problem, None if nothing is."""
    if rest is None:
        return None
    command = "undo" if rest.script == UNDO else "revert"
    left = "a transaction is" if len(rest.texts) == 1 else f"{len(rest.texts)} transactions are"
    return Problem(
        code="unfinished",
        message=f"the {command} of {rest.about} was interrupted, and {left} left of it",
        hint=f"run `ducktracker {command}` again, which finishes it; or give up the rest with `ducktracker repair`",
    )


def _tells(row: HistoryRow) -> bool:
    """Whether it is a row of a task, or of a repair that gave one up."""
    return row.type in ("undone", "reverted") or (row.type == "repair" and row.script in (UNDO, REVERT))
