"""What the live schema is held against: the lake as the last migration, baseline or acceptance left it."""

from dt_contract.errors import InputError
from dt_contract.history import HistoryDocument
from dt_history.problems import other_history

MADE_BY_US = ("versioned", "repeatable", "baseline", "accepted")


def baseline_snapshot(history: HistoryDocument) -> int | None:
    """Gives the newest lake snapshot that a successful migration, a baseline or an acceptance made."""
    made = (row.lake_snapshot for row in history.rows if row.success and row.type in MADE_BY_US)
    return max((snapshot for snapshot in made if snapshot is not None), default=None)


def expected_snapshot(history: HistoryDocument) -> int:
    """Gives the baseline's lake snapshot. Raises InputError where there is none."""
    snapshot = baseline_snapshot(history)
    for problem in other_history(history):
        raise InputError(problem.message, hint=problem.hint)
    if snapshot is None:
        raise InputError(
            f"{history.table} has no successful migration and no baseline to compare the lake with",
            hint="run `ducktracker migrate`, or `ducktracker baseline --version N` for a lake with a schema",
        )
    return snapshot
