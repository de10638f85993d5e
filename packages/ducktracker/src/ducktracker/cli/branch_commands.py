"""What `ducktracker branch` prints, and its exit code."""

from functools import partial

from dt_config.branches import folder
from dt_config.config import Config
from dt_contract.boundary import warn
from dt_contract.errors import InputError
from dt_contract.exits import Exit
from dt_contract.streams import write_document
from dt_contract.terminal import line
from ducktracker.compare.points import point
from ducktracker.project import branches

_warn = partial(warn, "ducktracker")


def create(
    config: Config, name: str, at: str | None, *, data_path: str, in_catalog: bool, patience: float, as_json: bool
) -> int:
    """Make a branch and say how to work on it."""
    snapshot = _snapshot(config, at) if at else None
    made = branches.create(config, branches.Wanted(name, snapshot, data_path, in_catalog), patience, _warn)
    if made.is_encrypted:
        _warn(f"{made.catalog} holds the keys of the lake's encrypted files; only you may read it")
    if as_json:
        write_document(made)
        return Exit.DONE
    tables = f"{made.counts.tables} table{'' if made.counts.tables == 1 else 's'}"
    print(line(f"made branch {name} of {made.source} at lake snapshot {made.snapshot}: {tables}, {made.seconds:.1f} s"))
    print(line(f"its new files go to {made.data_path}; next: ducktracker -b {name} migrate"))
    return Exit.DONE


def listed(config: Config, *, as_json: bool) -> int:
    """Show the branches."""
    from ducktracker.terminal.table import print_table

    found = branches.listed(config)
    if as_json:
        write_document(found)
        return Exit.DONE
    if not found.branches:
        print(line(f"no branches in {folder(config)}; `ducktracker branch create NAME` makes one"))
        return Exit.DONE
    headers = ("Branch", "Lake snapshot", "Made on", "The lake since", "Source")
    print_table(
        headers,
        [
            (
                item.name,
                "" if item.snapshot is None else str(item.snapshot),
                (item.made_on or "").replace("T", " ")[:19],
                _since(item.behind),
                item.source or item.problem or "",
            )
            for item in found.branches
        ],
    )
    return Exit.DONE


def _since(behind: int | None) -> str:
    if behind is None:
        return "not known"
    return f"{behind} snapshot{'' if behind == 1 else 's'} on" if behind else "unchanged"


def drop(config: Config, name: str, *, patience: float) -> int:
    """Remove a branch."""
    left = branches.drop(config, name, patience)
    print(line(f"dropped branch {name}"))
    if left:
        _warn(f"its files in {left} are still there; only those that know this storage can remove them")
    return Exit.DONE


def _snapshot(config: Config, text: str) -> int:
    """The lake snapshot of a point in the lake's past. Raises InputError."""
    from dt_history.expected_rows import check_snapshots
    from dt_history.read import read_history
    from dt_history.versions import snapshot_of
    from dt_lake.lake import open_lake
    from dt_snapshot.moment import snapshot_at

    where = point(text)
    if where.kind == "snapshot":
        return where.number
    if where.kind not in ("version", "time"):
        raise InputError(f"argument --at: not a version, lake snapshot or time: {text!r}")
    with open_lake(config) as lake:
        if where.kind == "time":
            return snapshot_at(lake, text)
        history = read_history(lake)
        check_snapshots(history)
        return snapshot_of(history, where.number)
