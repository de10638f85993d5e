"""Who made a snapshot, when and why, as the lake's own log says."""

from collections.abc import Iterable
from typing import NamedTuple

from dt_lake.lake import Lake
from dt_snapshot.queries import fill

_COMMITS = """
SELECT s.snapshot_id, strftime(s.snapshot_time AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ'), c.author, c.commit_message
FROM @ducklake_snapshot s LEFT JOIN @ducklake_snapshot_changes c USING (snapshot_id)
WHERE s.snapshot_id IN ({snapshots})
"""


class Commit(NamedTuple):
    """Of one snapshot; `time` is UTC, RFC 3339, and None where the snapshot is not known any more."""

    time: str | None
    author: str | None
    message: str | None


def commits(lake: Lake, snapshots: Iterable[int]) -> dict[int, Commit]:
    """Return the commits of the snapshots that are still there; expired ones have none."""
    listed = ", ".join(map(str, sorted(set(snapshots)))) or "NULL"
    rows = lake.connection.execute(fill(lake, _COMMITS.format(snapshots=listed))).fetchall()
    return {row[0]: Commit(*row[1:]) for row in rows}
