"""What makes migrate refuse: a folder's faults, and files that don't fit the history. Pure."""

import re
from collections.abc import Iterable, Iterator

from dt_contract.history import HistoryDocument
from dt_contract.migrations import Fault, Migration, MigrationsDocument
from dt_contract.validation import Mismatch, Problem, ValidationDocument
from dt_history.ledger import Ledger, collision, key_of, ledger, matches
from dt_history.squashed import blocked, squashed
from dt_history.state import state_of

_NAMED = 3


def validate(
    migrations: MigrationsDocument, history: HistoryDocument, *, out_of_order: bool = False
) -> ValidationDocument:
    """Return all that makes migrate refuse; applied migrations without a file, and unread folders, are warnings.

    With `out_of_order` a version below the current one is no problem.
    """
    book = ledger(history)
    found = [*map(_of_fault, migrations.faults), *other_history(history), *collisions(migrations.migrations, book)]
    found += blocked(squashed(migrations.migrations, book), book)
    if not out_of_order:
        found += below_current(migrations.migrations, book)
    return ValidationDocument(
        mismatches=tuple(mismatches(migrations.migrations, book)),
        warnings=(*missing_files(migrations, history), *unread_folders(migrations)),
        problems=tuple(found),
    )


def other_history(history: HistoryDocument) -> Iterator[Problem]:
    """Yield that the lake has a history elsewhere, if it has none where the configuration says."""
    if not history.others:
        return
    schema, table = history.others[0].schema, history.others[0].table
    more = f", and {len(history.others) - 1} more" if len(history.others) > 1 else ""
    yield Problem(
        code="other-history",
        message=f"this lake has a history in {schema}.{table}{more}; "
        f"{history.table}, which the configuration names, doesn't exist",
        hint=f'set migrations.target_schema = "{schema}" and migrations.schema_history_table = "{table}"; '
        "for a second history, run `ducktracker migrate --new-history` (or baseline) once",
    )


def mismatches(migrations: Iterable[Migration], book: Ledger) -> Iterator[Mismatch]:
    """Yield the applied versioned migrations whose files were edited since."""
    for item in migrations:
        row = None if item.version is None else book.applied.get(key_of(item))
        if item.version is not None and row and not matches(row, item) and not collision(item, book):
            yield Mismatch(
                version=item.version, script=item.script, applied_checksum=row.checksum, checksum=item.checksum
            )


def collisions(migrations: Iterable[Migration], book: Ledger) -> Iterator[Problem]:
    """Yield the files whose version was applied from another file with another content."""
    for item in migrations:
        row = collision(item, book)
        if row:
            yield Problem(
                code="version-collision",
                script=item.script,
                message=f"{item.script[0]}{item.version} was applied from {row.script}, "
                "and this is a different migration",
                hint=f"give {item.script} another version; if it is the same migration, renamed and edited, "
                f"rename it to {row.script}",
            )


def below_current(migrations: Iterable[Migration], book: Ledger) -> Iterator[Problem]:
    """Yield the files that were never applied and are below the current version."""
    for item in migrations:
        if (
            item.type == "versioned"
            and state_of(item, book) in ("out-of-order", "failed")
            and _is_below(item, book)
            and not collision(item, book)
        ):
            yield Problem(
                code="out-of-order",
                script=item.script,
                message=f"version {item.version} is below {book.current_version}, the current version of the lake",
                hint=f"give it a version above {book.current_version}, or set behavior.out_of_order = true",
            )


def missing_files(migrations: MigrationsDocument, history: HistoryDocument) -> tuple[str, ...]:
    """Return a line that names applied migrations without a file, if there are any."""
    files = {key_of(item) for item in migrations.migrations}
    if migrations.faults:
        return ()
    book = ledger(history)
    squash = squashed(migrations.migrations, book)
    gone = (row for key, row in book.applied.items() if key not in files)
    scripts = [row.script for row in gone if not squash.replaces(row)]
    if not scripts:
        return ()
    what = "was applied, and its file is" if len(scripts) == 1 else "were applied, and their files are"
    return (f"{_listed(scripts)}: {what} missing",)


def unread_folders(migrations: MigrationsDocument) -> tuple[str, ...]:
    """Return a line that names subfolders with .sql files, if there are any."""
    if not migrations.unread:
        return ()
    has = "has" if len(migrations.unread) == 1 else "have"
    return (f"{_listed(migrations.unread)} in {migrations.directory} {has} .sql files, and subfolders are not read",)


def _is_below(item: Migration, book: Ledger) -> bool:
    return item.version is not None and book.current_version is not None and item.version < book.current_version


def _of_fault(fault: Fault) -> Problem:
    placed = re.match(rf"{re.escape(fault.script)}:(\d+)?:?\s*", fault.message)
    line = int(placed[1]) if placed and placed[1] else None
    message = fault.message[placed.end() :] if placed else fault.message
    return Problem(code=fault.code, script=fault.script, line=line, message=message)


def _listed(names: Iterable[str]) -> str:
    first, more = list(names)[:_NAMED], len(list(names)) - _NAMED
    if more > 0:
        return f"{', '.join(first)} and {more} more"
    return " and ".join(filter(None, (", ".join(first[:-1]), first[-1])))
