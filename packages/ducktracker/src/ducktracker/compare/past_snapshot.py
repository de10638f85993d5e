"""The lake snapshot of a point in the lake's past."""

from dt_config.config import Config
from dt_contract.errors import InputError
from dt_history.expected_rows import check_snapshots
from dt_history.read import read_history
from dt_history.versions import snapshot_of
from dt_lake.lake import open_lake
from dt_snapshot.moment import snapshot_at
from ducktracker.compare.points import point


def past_snapshot(config: Config, text: str, argument: str) -> int:
    """Return the snapshot of a version, a lake snapshot or a time. Raises InputError that names the argument."""
    where = point(text)
    if where.kind == "snapshot":
        return where.number
    if where.kind not in ("version", "time"):
        raise InputError(f"argument {argument}: not a version, lake snapshot or time: {text!r}")
    with open_lake(config) as lake:
        if where.kind == "time":
            return snapshot_at(lake, text)
        history = read_history(lake)
        check_snapshots(history)
        return snapshot_of(history, where.number)
