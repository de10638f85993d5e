"""Lets a history table of ducktracker 0.1.0 hold a large version."""

from collections.abc import Iterable

import duckdb

from dt_contract.history import HistoryDocument
from dt_history.commit import commit_message
from dt_history.table import INTEGER_MAX, is_narrow, widen_version
from dt_lake.errors import is_conflict
from dt_lake.lake import Lake
from dt_lake.transaction import transaction


def widen(lake: Lake, history: HistoryDocument, versions: Iterable[int | None]) -> bool:
    """Widen the column `version` if one of these versions needs it; return whether the table had to be looked at.

    If another process is quicker, it is left to that: the next transaction of the caller looks at the history again.
    """
    is_wide = any((row.version or 0) > INTEGER_MAX for row in history.rows)
    if is_wide or not any((version or 0) > INTEGER_MAX for version in versions) or not is_narrow(lake):
        return False
    try:
        with transaction(lake.connection):
            commit_message(lake, "history table")
            widen_version(lake)
    except duckdb.TransactionException as error:
        if not is_conflict(error):
            raise
    return True
