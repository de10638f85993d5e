"""Which rows of the history say what is expected, and how far they can be believed. Pure."""

import re

from dt_contract.errors import InputError
from dt_contract.history import ROW_KINDS, HistoryDocument, HistoryRow
from dt_history.problems import other_history
from dt_history.whole import unmarked

PARTLY_ACCEPTED = "accepted in part"
"""The checksum of an acceptance of a part of a drift; only its copy says of which."""
_COPY = re.compile(r"schema of lake snapshot ([0-9]{1,18})", re.ASCII)


class ExpectedLost(InputError):
    """What was expected is not known any more: snapshots were expired without a copy, or rows were written again."""


def copy_description(snapshot: int) -> str:
    """Return the description of the row that holds a copy of the schema at a lake snapshot."""
    return f"schema of lake snapshot {snapshot}"


def makes_expected(row: HistoryRow) -> bool:
    """Whether what the row's lake snapshot did to the schema is expected."""
    return row.success and ROW_KINDS[row.type].makes_expected


def made_by_us(history: HistoryDocument, after: int = 0) -> list[HistoryRow]:
    """Return the rows of successful migrations, baselines and acceptances with a higher rank, in their order."""
    rows = (row for row in history.rows if makes_expected(row) and row.installed_rank > after)
    return [row for row in rows if row.lake_snapshot is not None]


def newest_expected(history: HistoryDocument) -> int | None:
    """Return the newest lake snapshot that a successful migration, a baseline or an acceptance made."""
    return max((row.lake_snapshot or 0 for row in made_by_us(history)), default=None)


def expected_snapshot(history: HistoryDocument) -> int:
    """Return the newest lake snapshot that ducktracker made. Raises InputError if there is none."""
    snapshot = newest_expected(history)
    for problem in other_history(history):
        raise InputError(problem.message, hint=problem.hint)
    if snapshot is None:
        raise InputError(
            f"{history.table} has no successful migration and no baseline to compare the lake with",
            hint="run `ducktracker migrate`, or `ducktracker baseline --version N` for a lake with a schema",
        )
    return snapshot


def rewritten(history: HistoryDocument, *, by_the_newest_copy: bool = False) -> HistoryRow | None:
    """Return a row that is not in the lake snapshot of its migration any more, None if there isn't any.

    An UPDATE does that, and DuckLake's rewriting of files of which rows were deleted. The description of each copy
    names a snapshot that no migration before it can be later than; an acceptance shares a transaction with its copy.
    """
    found: HistoryRow | None = None
    limit: int | None = None
    copied_rank = 0
    for row in reversed(history.rows):
        copied = _COPY.fullmatch(unmarked(row.description)) if row.type == "snapshot" else None
        if copied and not (by_the_newest_copy and limit is not None):
            limit = int(copied[1]) if limit is None else min(int(copied[1]), limit)
        if copied:
            copied_rank = row.installed_rank
        elif limit is not None and makes_expected(row) and (row.lake_snapshot or 0) > limit:
            shares = row.type == "accepted" and row.installed_rank + 1 == copied_rank
            found = found if shares else row
    return found


def check_rewritten(history: HistoryDocument) -> None:
    """Raise ExpectedLost if rows of the history were written again since the newest copy."""
    row = rewritten(history, by_the_newest_copy=True)
    if row:
        hint = 'if the live schema is as it should be: ducktracker drift --accept "why"'
        raise ExpectedLost(_told(history, row), hint=hint)


def check_snapshots(history: HistoryDocument) -> None:
    """Raise InputError if rows of the history do not say any more which lake snapshots they are from."""
    row = rewritten(history)
    if row:
        raise InputError(_told(history, row), hint="ducktracker diff takes lake snapshots and times too")


def _told(history: HistoryDocument, row: HistoryRow) -> str:
    return (
        f"the rows of {history.table} were written again, by hand or by maintenance after rows were deleted: "
        f"{row.script} claims lake snapshot {row.lake_snapshot}, and which one it is from is not known"
    )
