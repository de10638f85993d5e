"""ducktracker diff: what differs between any two points in a schema's life."""

from collections.abc import Callable
from contextlib import ExitStack

from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.diff import DiffDocument
from dt_contract.errors import InputError
from dt_contract.history import HistoryDocument
from dt_contract.schema import SchemaDocument
from dt_contract.streams import place, read_document
from dt_diff.compare import compare
from dt_history.read import read_history
from dt_lake.lake import Lake, open_lake
from dt_lake.transaction import transaction
from dt_snapshot.commits import commits
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.moment import snapshot_at
from dt_snapshot.options import with_options
from dt_snapshot.reader import read_schema
from dt_snapshot.touched import touches
from ducktracker.blame import blamed
from ducktracker.copies import read_copy
from ducktracker.located import locate
from ducktracker.points import Point, point
from ducktracker.replay import replay
from ducktracker.timeline import steps
from ducktracker.versions import name_of, snapshot_of


def diff(expected: str, actual: str, config: Callable[[], Config]) -> DiffDocument:
    """Compares two points; `config` is called when one of them is no document.

    Raises InputError for a version, snapshot, time or document that is not there, and for two versions that share
    one lake snapshot.
    """
    if expected == actual == "-":
        raise InputError("EXPECTED and ACTUAL can't both be stdin")
    points = point(expected), point(actual)
    with ExitStack() as stack:
        lake = _open(points, config, stack)
        sides = tuple(_side(item, lake, config) for item in points)
        (before, first), (after, second) = sides
        found = compare(before, after, expected_name=first, actual_name=second)
        return _with_blame(found, before, after, lake) if lake else found
