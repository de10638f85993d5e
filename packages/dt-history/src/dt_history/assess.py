"""Holds a migrations folder against the history. Pure: documents in, documents out."""

from collections import Counter
from collections.abc import Iterator

from dt_contract.errors import InputError
from dt_contract.history import HistoryDocument, HistoryRow
from dt_contract.migrations import Migration, MigrationsDocument
from dt_contract.status import MigrationStatus, State, StatusDocument
from dt_history.ledger import Ledger, collision, key_of, ledger
from dt_history.squashed import Squashed, squashed
from dt_history.state import state_of


def assess(migrations: MigrationsDocument, history: HistoryDocument) -> StatusDocument:
    """Return the state of every migration that the folder or the history knows.

    Raises InputError for a folder with faults: what is pending there can't be told.
    """
    check_faults(migrations)
    book = ledger(history)
    squash = squashed(migrations.migrations, book)
    known = [*_of_files(migrations, book, squash), *_of_history_alone(migrations, book, squash)]
    known.sort(key=lambda item: (item.version is None, item.version or 0, item.type, item.description, item.script))
    return StatusDocument(
        current_version=book.current_version,
        counts=dict(sorted(Counter(item.state for item in known).items())),
        migrations=tuple(known),
    )


def check_faults(migrations: MigrationsDocument) -> None:
    """Raise InputError for the first fault of the folder, if it has any."""
    for fault in migrations.faults:
        more = len(migrations.faults) - 1
        hint = f"dt-scan shows all {more + 1} faults of {migrations.directory}" if more else None
        says_where = fault.message.startswith(f"{fault.script}:")
        raise InputError(fault.message, place=None if says_where else fault.script, hint=hint)


def _of_files(migrations: MigrationsDocument, book: Ledger, squash: Squashed) -> Iterator[MigrationStatus]:
    for migration in migrations.migrations:
        state, key = state_of(migration, book, squash), key_of(migration)
        row = (book.failed if state == "failed" else book.applied).get(key)
        yield _status(migration, state, None if collision(migration, book) else row)


def _status(migration: Migration, state: State, row: HistoryRow | None) -> MigrationStatus:
    return MigrationStatus(
        version=migration.version,
        description=migration.description,
        type=migration.type,
        script=migration.script,
        state=state,
        installed_on=row.installed_on if row else None,
        checksum=migration.checksum,
        applied_checksum=row.checksum if row and row.success else None,
        lake_snapshot=row.lake_snapshot if row and row.success else None,
    )


def _of_history_alone(migrations: MigrationsDocument, book: Ledger, squash: Squashed) -> Iterator[MigrationStatus]:
    files = {key_of(migration) for migration in migrations.migrations if not collision(migration, book)}
    for key, row in (book.applied | book.failed).items():
        if key not in files:
            without_file: State = "applied" if squash.replaces(row) else "missing"
            yield _recorded(row, without_file if key in book.applied else "failed")
    if book.baseline:
        yield _recorded(book.baseline, "baselined")


def _recorded(row: HistoryRow, state: State) -> MigrationStatus:
    return MigrationStatus(
        version=row.version,
        description=row.description,
        type=row.type,  # type: ignore[arg-type]
        script=row.script,
        state=state,
        installed_on=row.installed_on,
        applied_checksum=row.checksum if row.success else None,
        lake_snapshot=row.lake_snapshot if row.success else None,
    )
