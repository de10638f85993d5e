"""Which snapshot a time means, and what is said of one that is not there."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from dt_contract.errors import InputError
from dt_lake.lake import Lake
from dt_snapshot.moment import newest, snapshot_at, snapshot_time
from dt_snapshot.reader import read_schema

EAST = timezone(timedelta(hours=5, minutes=30))


@pytest.fixture
def lake(lake: Lake) -> Lake:
    """A lake with the snapshots 0 to 3."""
    for number in range(3):
        lake.connection.execute(f"CREATE TABLE t{number} (i INTEGER)")
    return lake


def time_of(lake: Lake, snapshot: int) -> datetime:
    return datetime.fromisoformat(snapshot_time(lake, snapshot))


def expire(lake: Lake, *snapshots: int) -> None:
    lake.connection.execute(f"CALL ducklake_expire_snapshots('lake', versions => {list(snapshots)})")


def test_newest(lake: Lake) -> None:
    assert newest(lake) == 3


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda time: time.isoformat(), id="offset of zero"),
        pytest.param(lambda time: time.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), id="Z"),
        pytest.param(lambda time: time.replace(tzinfo=None).isoformat(), id="naive is UTC"),
        pytest.param(lambda time: time.replace(tzinfo=None).isoformat(" "), id="space instead of T"),
        pytest.param(lambda time: time.astimezone(EAST).isoformat(), id="offset of hours and minutes"),
    ],
)
def test_snapshot_at(write, lake: Lake) -> None:  # type: ignore[no-untyped-def]
    assert snapshot_at(lake, write(time_of(lake, 1))) == 1
    assert snapshot_at(lake, write(time_of(lake, 2) - timedelta(microseconds=1))) == 1


def test_the_future_is_now(lake: Lake) -> None:
    assert snapshot_at(lake, (datetime.now(UTC) + timedelta(days=365)).isoformat()) == 3


def test_before_the_lake(lake: Lake) -> None:
    with pytest.raises(InputError) as caught:
        snapshot_at(lake, "2001-01-01")
    first, last = (snapshot_time(lake, snapshot) for snapshot in (0, 3))
    assert str(caught.value) == f"the lake has no snapshot at 2001-01-01; its snapshots range from {first} to {last}"


@pytest.mark.parametrize("time", ["", "yesterday", "2026-13-01", "12:00", "2026-01-01T00:00:00+99:00", "'; DROP"])
def test_not_a_time(time: str, lake: Lake) -> None:
    with pytest.raises(InputError) as caught:
        snapshot_at(lake, time)
    assert str(caught.value) == f"not a time: {time!r}"
    assert caught.value.hint == "write it as 2026-11-22T09:45:00Z"


@pytest.mark.parametrize(
    ("snapshot", "message"),
    [
        pytest.param(0, "snapshot 0 was expired (available: 2 to 3)", id="expired"),
        pytest.param(4, "snapshot 4 is not in this lake (available: 2 to 3)", id="not yet"),
        pytest.param(-1, "snapshot -1 is not in this lake (available: 2 to 3)", id="negative"),
        pytest.param(10**30, f"snapshot {10**30} is not in this lake (available: 2 to 3)", id="beyond all numbers"),
    ],
)
def test_a_snapshot_that_is_not_there(snapshot: int, message: str, lake: Lake) -> None:
    expire(lake, 0, 1)
    with pytest.raises(InputError) as caught:
        read_schema(lake, snapshot)
    assert str(caught.value) == message


def test_a_time_of_an_expired_snapshot(lake: Lake) -> None:
    time = snapshot_time(lake, 1)
    expire(lake, 0, 1)
    with pytest.raises(InputError, match="the lake has no snapshot at"):
        snapshot_at(lake, time)


def test_a_snapshot_that_was_expired_between_others(lake: Lake) -> None:
    expire(lake, 2)
    with pytest.raises(InputError, match=r"snapshot 2 was expired \(available: 0 to 3\)"):
        read_schema(lake, 2)


def test_the_session_keeps_its_time_zone(lake: Lake) -> None:
    lake.connection.execute("SET TimeZone = 'Asia/Kolkata'")
    assert snapshot_at(lake, snapshot_time(lake, 2)) == 2
    assert lake.connection.execute("SELECT current_setting('TimeZone')").fetchone() == ("Asia/Kolkata",)
