"""Which migrations an undo takes back, and with which lake snapshot each goes. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from dt_contract.errors import InputError, Refused
from dt_contract.history import HistoryDocument, HistoryRow
from dt_contract.migrations import Migration, MigrationsDocument
from dt_history.ledger import ledger


class Batch(NamedTuple):
    """Migrations that were applied in one lake snapshot, oldest first: `every` one, `rows` for those that still are,
    and those of them that are to be taken back.
    """

    snapshot: int
    every: tuple[HistoryRow, ...]
    rows: tuple[HistoryRow, ...]
    chosen: tuple[HistoryRow, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all of the lake snapshot is taken back at once."""
        return len(self.every) == len(self.chosen)

    @property
    def stay(self) -> tuple[HistoryRow, ...]:
        """Those that stay applied."""
        return tuple(row for row in self.rows if row not in self.chosen)


def check_target(history: HistoryDocument, target: int | None) -> None:
    """Raise InputError for a version that the history doesn't have."""
    book = ledger(history)
    beginnings = {row.version for row in book.applied.values() if row.type == "squashed"}
    beginnings |= {book.baseline.version} if book.baseline else set()
    known = {key for key in book.applied if isinstance(key, int)} | (beginnings or {0})
    if target is not None and target not in known:
        raise InputError(
            f"version {target} is not applied, so that undo can't go back to it",
            hint="`ducktracker info` lists what is applied",
        )


def chosen(history: HistoryDocument, target: int | None) -> list[HistoryRow]:
    """Return the applied migrations that an undo takes back, oldest first: those above a version, else the newest one.

    Where the lake began with a baseline or a B file, that stays.
    """
    applied = sorted(
        (row for key, row in ledger(history).applied.items() if isinstance(key, int)),
        key=lambda row: row.installed_rank,
    )
    return applied[-1:] if target is None else [row for row in applied if (row.version or 0) > target]


def newest_batch(history: HistoryDocument, wanted: list[HistoryRow]) -> Batch | None:
    """Return the newest lake snapshot of those that are to be taken back, None if nothing is.

    Raises Refused for one whose lake snapshot is not known.
    """
    if not wanted:
        return None
    last = wanted[-1]
    if last.lake_snapshot is None:
        raise Refused("can't be undone: its lake snapshot is not known", place=last.script)
    applied = ledger(history).applied.values()
    rows = [row for row in applied if row.lake_snapshot == last.lake_snapshot]
    mine = {row.installed_rank for row in wanted}
    every = (
        row for row in history.rows if row.success and row.is_migration and row.lake_snapshot == last.lake_snapshot
    )
    return Batch(
        last.lake_snapshot,
        tuple(every),
        tuple(sorted(rows, key=lambda row: row.installed_rank)),
        tuple(row for row in wanted if row.lake_snapshot == last.lake_snapshot and row.installed_rank in mine),
    )


def check_was_run(history: HistoryDocument, batch: Batch) -> None:
    """Raise Refused for a migration that was recorded without being run: the lake doesn't know what it changed."""
    if any(row.type == "accepted" and row.lake_snapshot == batch.snapshot for row in history.rows):
        raise Refused(
            "can't be undone: it was recorded as applied without being run",
            place=batch.rows[-1].script,
            hint="write a new migration that takes it back, or a U file",
        )


def check_not_squashed(migrations: MigrationsDocument, rows: Sequence[HistoryRow]) -> None:
    """Raise Refused for a migration whose file was squashed: it could never be applied again, nor could a later one."""
    there = {file.version for file in migrations.migrations if file.type == "versioned"}
    squashed = [file for file in migrations.migrations if file.type == "squashed"]
    for row in rows:
        by = next((file for file in squashed if (file.version or 0) >= (row.version or 0)), None)
        if by and row.version not in there:
            raise Refused(
                f"can't be undone: its file is gone, and {by.script} stands for it",
                place=row.script,
                hint="write a new migration that takes it back, or put the file back into the folder",
            )


def undo_file(migrations: MigrationsDocument, row: HistoryRow) -> Migration | None:
    """Return the U file of a migration, if the folder has one."""
    return next((file for file in migrations.undo if file.version == row.version), None)


def without_files(migrations: MigrationsDocument, batch: Batch) -> Batch:
    """Return the batch with just those to be taken back that are newer than the newest one that has a U file."""
    chosen = batch.chosen
    for place in range(len(chosen) - 1, -1, -1):
        if undo_file(migrations, chosen[place]):
            return batch._replace(chosen=chosen[place + 1 :])
    return batch
