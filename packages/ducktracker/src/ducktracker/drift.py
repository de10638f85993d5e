"""ducktracker drift: what in the live lake no migration made."""

from dt_config.config import Config
from dt_contract.diff import DiffDocument
from dt_contract.errors import InputError
from dt_contract.history import HistoryDocument
from dt_diff.compare import compare
from dt_history.read import read_history
from dt_lake.lake import open_lake
from dt_snapshot.reader import read_schema

_MADE_BY_US = ("versioned", "repeatable", "baseline", "accepted")


def drift(config: Config) -> DiffDocument:
    """Compares the schema that the last migration left, which the lake itself remembers, with the live one.

    Raises InputError when the history names no such point.
    """
    with open_lake(config) as lake:
        expected = expected_snapshot(read_history(lake))
        return compare(
            read_schema(lake, expected),
            read_schema(lake),
            expected_name=f"lake snapshot {expected}",
            actual_name="live",
        )


def expected_snapshot(history: HistoryDocument) -> int:
    """Gives the newest lake snapshot that a successful migration, a baseline or an acceptance made."""
    snapshots = [
        row.lake_snapshot
        for row in history.rows
        if row.success and row.type in _MADE_BY_US and row.lake_snapshot is not None
    ]
    if not snapshots:
        raise InputError(
            f"{history.table} has no successful migration and no baseline to compare the lake with",
            hint="run `ducktracker migrate`, or `ducktracker baseline --version N` for a lake with a schema",
        )
    return max(snapshots)
