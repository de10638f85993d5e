"""What the history says of each migration: the attempt that counts."""

from collections.abc import Iterable
from unicodedata import normalize

import msgspec
from msgspec.structs import replace

from dt_contract.history import HistoryDocument, HistoryRow
from dt_contract.migrations import Migration

CLEARED = "cleared"
"""The checksum of a repair row that takes the effect from a failed record."""
Key = int | str
"""A versioned migration is known by its version, a B file by `B` and its version, a repeatable one by its script's
name, in Unicode's form NFC.

A checkout on another system may have the name in NFD.
"""


class Ledger(msgspec.Struct, frozen=True):
    """The rows that count, by migration: the last success, the last failure that no success came after, and the undo.

    What was undone is not applied, until it is applied again.
    """

    applied: dict[Key, HistoryRow]
    failed: dict[Key, HistoryRow]
    undone: dict[Key, HistoryRow]
    baseline: HistoryRow | None
    begun_at: int | None
    """The version that the lake began with: of a baseline, or of a B file."""
    current_version: int | None
    """The highest version that is applied or baselined."""

    def is_baselined(self, version: int) -> bool:
        """Whether what the lake began with covers a version."""
        return self.begun_at is not None and version <= self.begun_at


def ledger(history: HistoryDocument) -> Ledger:
    """Return the ledger of a history whose rows are sorted by rank."""
    applied: dict[Key, HistoryRow] = {}
    failed: dict[Key, HistoryRow] = {}
    undone: dict[Key, HistoryRow] = {}
    baseline = None
    for row in history.rows:
        if row.type == "baseline":
            baseline = row
        elif row.is_migration:
            key = _key(row.script, row.version)
            if row.success:
                applied[key] = row
                failed.pop(key, None)
                undone.pop(key, None)
            else:
                failed[key] = row
        elif row.type == "undone":
            key = _key(row.script, row.version)
            applied.pop(key, None)
            undone[key] = row
        elif row.type == "repair":
            _repair(row, applied, failed)
    begun_at = _highest(row for row in (baseline, *applied.values()) if row and row.type in ("baseline", "squashed"))
    current = _highest(row for row in (baseline, *applied.values()) if row)
    return Ledger(applied, failed, undone, baseline, begun_at, current)


def _highest(rows: Iterable[HistoryRow]) -> int | None:
    return max((row.version for row in rows if row.version is not None), default=None)


def _repair(row: HistoryRow, applied: dict[Key, HistoryRow], failed: dict[Key, HistoryRow]) -> None:
    key = _key(row.script, row.version)
    if row.checksum == CLEARED:
        failed.pop(key, None)
    elif key in applied:
        applied[key] = replace(applied[key], checksum=row.checksum)


def key_of(migration: Migration) -> Key:
    """Return what a migration file is known by in the history."""
    return _key(migration.script, migration.version)


def _key(script: str, version: int | None) -> Key:
    if version is None:
        return normalize("NFC", script)
    return f"B{version}" if script.startswith("B") else version


def collision(migration: Migration, book: Ledger) -> HistoryRow | None:
    """Return what was applied under a file's version, if that is a different migration: in its name and its content."""
    row = None if migration.version is None else book.applied.get(key_of(migration))
    if row is None or matches(row, migration) or _title(row.script) == _title(migration.script):
        return None
    return row


def _title(script: str) -> str:
    """A file may be renamed from V2 to V02, and to other letters or another form of Unicode."""
    return normalize("NFC", script.partition("__")[2].casefold())


def matches(row: HistoryRow, migration: Migration) -> bool:
    """Whether a file is what was applied. ducktracker 0.1.0 stored the sum of the raw bytes."""
    return row.checksum in (migration.checksum, migration.raw_checksum)
