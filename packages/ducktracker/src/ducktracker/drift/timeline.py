"""What each lake snapshot changed, from the versions of what it touched."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from dt_diff.compare import compare
from dt_snapshot.touched import Touch
from dt_snapshot.versions import Versions
from ducktracker.drift.object_ids import Located, locate


class Step(NamedTuple):
    """A lake snapshot and the changes that it made; it may have touched the schema without any."""

    snapshot: int
    changes: tuple[Located, ...]


def steps(versions: Versions, touches: Sequence[Touch]) -> Iterator[Step]:
    """Return the steps of the snapshots that touched something, oldest first."""
    for snapshot, group in groupby(touches, key=attrgetter("snapshot")):
        touched = [touch.object_id for touch in group]
        before, after = versions.at(snapshot - 1, touched), versions.at(snapshot, touched)
        diff = compare(before, after, expected_name="", actual_name="")
        yield Step(snapshot, tuple(locate(diff.changes, before, after)))
