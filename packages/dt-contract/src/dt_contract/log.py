"""The `log` document: the history of a lake's schema, as the lake itself remembers it."""

from typing import ClassVar, Literal

from dt_contract.diff import Change
from dt_contract.document import Document, Value

EntryKind = Literal["migration", "baseline", "accepted", "undone", "reverted", "out-of-band", "earlier"]


class Entry(Value, frozen=True, kw_only=True):
    """A lake snapshot that changed the schema, or that a migration, a baseline or an acceptance made.

    `earlier` is before the first row of the history. `time` (UTC, RFC 3339), `author` and `message` are None where
    the snapshot was expired. `scripts` are what the history has for it, `note` its description.
    """

    lake_snapshot: int
    kind: EntryKind
    time: str | None = None
    author: str | None = None
    message: str | None = None
    scripts: tuple[str, ...] = ()
    note: str | None = None
    counts: dict[str, int] = {}
    """Changes of each kind; only kinds that occur."""
    changes: tuple[Change, ...] = ()
    """What this snapshot changed, undone later or not; of an acceptance, what was accepted.

    Options have no past, and are not in the rest.
    """


class LogDocument(Document, tag="log", frozen=True, kw_only=True):
    """Entries, newest first. `table` is the only table that it is about, None for the whole lake."""

    newest: ClassVar[int] = 2
    quotes_sql: ClassVar[bool] = True

    version: int = 2
    lake: str | None = None
    table: str | None = None
    entries: tuple[Entry, ...] = ()
