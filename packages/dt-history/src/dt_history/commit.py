"""What a commit says of itself in the lake's log of snapshots, and which snapshot it made."""

from collections.abc import Sequence

import msgspec

from dt_contract import __version__
from dt_contract.redaction import redact
from dt_history.table import installed_by
from dt_lake.lake import Lake
from dt_lake.sql import literal


def commit_message(lake: Lake, what: str, scripts: Sequence[str] = (), run: str | None = None) -> None:
    """Say who and what, for the transaction that is open. The last call in a transaction wins.

    `run` is a token that tells this transaction from all others.
    """
    extra = {"tool": "ducktracker", "version": __version__, "scripts": scripts}
    if run is not None:
        extra["run"] = run
    info = literal(msgspec.json.encode(extra).decode())
    arguments = ", ".join(map(literal, (lake.catalog, installed_by(), f"ducktracker {__version__}: {redact(what)}")))
    lake.connection.execute(f"CALL ducklake_set_commit_message({arguments}, extra_info => {info})")


def current_snapshot(lake: Lake) -> int:
    """Return the lake snapshot that the session sees."""
    return _number(lake, "ducklake_current_snapshot")


def last_committed_snapshot(lake: Lake) -> int:
    """Return the lake snapshot of the session's last commit."""
    return _number(lake, "ducklake_last_committed_snapshot")


def committed_by(lake: Lake, run: str, after: int) -> int | None:
    """Return the lake snapshot that the transaction of a token made, if it was committed."""
    row = lake.connection.execute(
        f"SELECT max(snapshot_id) FROM {lake.metadata('ducklake_snapshot_changes')} "
        f"WHERE snapshot_id > {after} AND contains(commit_extra_info, {literal(run)})"
    ).fetchone()
    return row[0] if row else None


def _number(lake: Lake, function: str) -> int:
    # Without its schema the function is looked for in the lake too, which loads the whole catalog after each commit.
    query = f"SELECT * FROM system.main.{function}({literal(lake.catalog)})"
    row = lake.connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])
