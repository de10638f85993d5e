"""What the B files of a folder, each of which stands for all versions up to its own, are for a lake. Pure."""

from collections.abc import Iterator, Sequence

import msgspec

from dt_contract.history import HistoryRow
from dt_contract.migrations import Migration
from dt_contract.validation import Problem
from dt_history.ledger import Ledger


class Squashed(msgspec.Struct, frozen=True):
    """`begins` is the B file that a new lake begins with. `blocking` are those that a lake can't get past.

    They stand for versions that the lake doesn't have, and that have no files of their own any more. `highest` is the
    highest version of any B file.
    """

    begins: Migration | None = None
    blocking: tuple[Migration, ...] = ()
    highest: int = -1

    def covers(self, version: int) -> bool:
        """Whether a version is in the B file that a new lake begins with."""
        return self.begins is not None and version <= (self.begins.version or 0)

    def replaces(self, row: HistoryRow) -> bool:
        """Whether the file of a row is not missing, because a B file stands for it."""
        return row.type in ("versioned", "squashed") and (row.version or 0) <= self.highest


def squashed(migrations: Sequence[Migration], book: Ledger, target: int | None = None) -> Squashed:
    """Return what the B files are for a lake: a new one begins with the highest that is not above the target.

    A lake at the version of a B file, or above it, doesn't need it. One below it needs the files of the versions up to
    it, which are there if the last of them is.
    """
    files = sorted((item for item in migrations if item.type == "squashed"), key=_version)
    versions = {item.version for item in migrations if item.type == "versioned"}
    current = book.current_version
    within = [item for item in files if target is None or _version(item) <= target]
    begins = within[-1] if within and current is None else None
    reached = current if begins is None else _version(begins)
    is_there = reached is not None and target is not None and target <= reached
    above = [item for item in files if reached is None or _version(item) > reached]
    return Squashed(
        begins=begins,
        blocking=tuple(item for item in above if item.version not in versions and not is_there),
        highest=_version(files[-1]) if files else -1,
    )


def blocked(found: Squashed, book: Ledger) -> Iterator[Problem]:
    """Yield the B files that the lake can't get past."""
    for item in found.blocking:
        at = book.current_version
        if at is None:
            where, hint = "a new lake begins with it", f"give a target of {item.version} or above"
        else:
            where = f"the lake is at version {at}"
            hint = f"check out the commit from before {item.script}, run `ducktracker migrate` there, and come back"
        yield Problem(
            code="squashed",
            script=item.script,
            message=f"stands for all versions up to {item.version}, whose files are gone; {where}",
            hint=hint,
        )


def _version(item: Migration) -> int:
    return item.version or 0
