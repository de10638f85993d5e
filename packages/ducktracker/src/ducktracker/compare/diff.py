"""ducktracker diff: what differs between any two points in a schema's life."""

from collections.abc import Callable

from dt_config.config import Config
from dt_contract.diff import DiffDocument
from dt_contract.errors import InputError
from ducktracker.compare.compared import Compared, compared
from ducktracker.compare.loaded_schema import document
from ducktracker.compare.points import point


def diff(expected: str, actual: str, config: Callable[[], Config]) -> DiffDocument:
    """Return what differs between two points; it raises what `both` does."""
    return both(expected, actual, config).diff


def both(expected: str, actual: str, config: Callable[[], Config]) -> Compared:
    """Compare two points; `config` is called only where one of them is not a document.

    Raises InputError for a version, snapshot, time or document that is not there, and for two versions that share
    one lake snapshot.
    """
    if expected == actual == "-":
        raise InputError("EXPECTED and ACTUAL can't both be stdin")
    first, second = point(expected), point(actual)
    if first.kind == second.kind == "document":
        return compared(document(first.text), document(second.text))
    from ducktracker.compare.lake_points import diff_points

    return diff_points(first, second, config())
