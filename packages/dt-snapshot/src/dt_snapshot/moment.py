"""Which of the lake's snapshots is meant."""

from datetime import UTC, datetime

from dt_contract.errors import InputError
from dt_lake.lake import Lake
from dt_snapshot.queries import SNAPSHOT, SNAPSHOT_AT_TIME, SNAPSHOT_RANGE, TIME_RANGE, fill


def newest(lake: Lake) -> int:
    """Return the id of the newest snapshot."""
    return int(_row(lake, SNAPSHOT_RANGE)[1])


def snapshot_time(lake: Lake, snapshot: int) -> str:
    """Return when a snapshot was made (UTC, RFC 3339). Raises InputError if it never was or is expired."""
    row = lake.connection.execute(fill(lake, SNAPSHOT), [snapshot]).fetchone()
    if row is None:
        low, high = _row(lake, SNAPSHOT_RANGE)
        what = "was expired" if 0 <= snapshot < high else "is not in this lake"
        raise InputError(f"snapshot {snapshot} {what} (available: {low} to {high})")
    return str(row[1])


def snapshot_at(lake: Lake, time: str) -> int:
    """Return the snapshot that was the newest at a time: ISO 8601, UTC unless it has an offset.

    Raises InputError when it can't be read, or is before the lake's oldest snapshot.
    """
    row = lake.connection.execute(fill(lake, SNAPSHOT_AT_TIME), [_moment(time)]).fetchone()
    if row is None or row[0] is None:
        low, high = _row(lake, TIME_RANGE)
        raise InputError(f"the lake has no snapshot at {time}; its snapshots range from {low} to {high}")
    return int(row[0])


def _moment(time: str) -> str:
    try:
        moment = datetime.fromisoformat(time)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        raise InputError(f"not a time: {time!r}", hint="write it as 2026-11-22T09:45:00Z") from None


def _row(lake: Lake, query: str) -> tuple[int, int]:
    row = lake.connection.execute(fill(lake, query)).fetchone()
    assert row is not None
    return row[0], row[1]
