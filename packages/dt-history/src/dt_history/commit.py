"""What a commit says of itself in the lake's log of snapshots, and which snapshot it made."""

from collections.abc import Sequence

import msgspec

from dt_contract import __version__
from dt_contract.redaction import redact
from dt_history.table import installed_by
from dt_lake.lake import Lake
from dt_lake.sql import literal


def commit_message(lake: Lake, what: str, scripts: Sequence[str] = ()) -> None:
    """Says who and what, for the transaction that is open. The last call in a transaction wins."""
    extra = {"tool": "ducktracker", "version": __version__, "scripts": scripts}
    info = literal(msgspec.json.encode(extra).decode())
    arguments = ", ".join(map(literal, (lake.catalog, installed_by(), f"ducktracker {__version__}: {redact(what)}")))
    lake.connection.execute(f"CALL ducklake_set_commit_message({arguments}, extra_info => {info})")


def current_snapshot(lake: Lake) -> int:
    """Gives the lake snapshot that the session sees."""
    return _number(lake, "ducklake_current_snapshot")


def last_committed_snapshot(lake: Lake) -> int:
    """Gives the lake snapshot of the session's last commit."""
    return _number(lake, "ducklake_last_committed_snapshot")


def _number(lake: Lake, function: str) -> int:
    # Without its schema the function is looked for in the lake too, which loads the whole catalog after each commit.
    query = f"SELECT * FROM system.main.{function}({literal(lake.catalog)})"
    row = lake.connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])
