"""The `diff` document: what differs between two schemas, as values."""

from typing import ClassVar, Literal

from msgspec import UNSET, UnsetType

from dt_contract.document import Document, Value
from dt_contract.hazards import Hazard

ChangeKind = Literal["added", "removed", "renamed", "modified"]
ObjectKind = Literal["schema", "table", "column", "view", "macro", "option"]


class Side(Value, frozen=True, kw_only=True):
    """What one side of a diff is. `name` is a path, a version, `live` …; `lake` is the lake's uuid."""

    name: str
    lake: str | None = None
    fingerprint: str | None = None


class Detail(Value, frozen=True, kw_only=True):
    """One property that differs, such as `type`, with its value on both sides."""

    field: str
    before: str | None = None
    after: str | None = None


class Blame(Value, frozen=True, kw_only=True):
    """A lake snapshot that made the change. `time` (UTC, RFC 3339) is None where the snapshot was expired.

    `migrations` are the scripts that ducktracker applied in that snapshot; without any, the change is out of band.
    """

    lake_snapshot: int
    time: str | None = None
    author: str | None = None
    message: str | None = None
    migrations: tuple[str, ...] = ()


class Change(Value, frozen=True, kw_only=True):
    """One object that differs. `name` is what it is called now, or was called if it is removed.

    `before` and `after` are a short definition of the object on both sides (None where it is not there);
    for a renamed object they are its full names. `details` lists the properties that differ, of a renamed object too.
    """

    change: ChangeKind
    object: ObjectKind
    name: str
    before: str | None = None
    after: str | None = None
    details: tuple[Detail, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    blame: tuple[Blame, ...] | None = None
    """Null where it was not asked for, or where the change has none: options have no past."""
    stated_by: tuple[str, ...] | UnsetType = UNSET
    """Migrations that state the same, though it can't be known if just so; left out if there are none."""


class DiffDocument(Document, tag="diff", frozen=True, kw_only=True):
    """The changes that lead from `expected` to `actual`, sorted by name."""

    quotes_sql: ClassVar[bool] = True

    expected: Side
    actual: Side
    changes: tuple[Change, ...] = ()
    counts: dict[str, int] = {}
    """Changes of each kind; only kinds that occur."""
    ignored: int = 0
    """Changes that an ignore rule left out."""
    not_compared: tuple[str, ...] = ()
    """What could not be compared because one side does not know it, such as `options`."""
