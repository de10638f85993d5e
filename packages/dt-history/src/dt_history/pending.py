"""Which migrations a run is to apply, and whether it may. Pure."""

from collections.abc import Iterable

from dt_config.config import Behavior
from dt_contract.errors import InputError, Refused
from dt_contract.history import HistoryDocument
from dt_contract.migrations import Migration, MigrationsDocument
from dt_contract.validation import Problem
from dt_history.assess import check_faults
from dt_history.ledger import Ledger, ledger
from dt_history.problems import below_current, collisions, mismatches, other_history
from dt_history.squashed import blocked, squashed
from dt_history.state import state_of

_DONE = ("applied", "baselined", "ignored")


def pending(
    migrations: MigrationsDocument,
    history: HistoryDocument,
    behavior: Behavior,
    target: int | None = None,
    *,
    new_history: bool = False,
) -> list[Migration]:
    """Return the migrations to apply: versioned ones by version, then repeatable ones by description.

    With a target nothing above it is applied, and repeatable ones only when no versioned one above it waits.
    Raises InputError for a folder with faults, and for a lake that has its history elsewhere, unless `new_history`;
    Refused for a checksum mismatch, for a version that was applied from a different file, for a target or a pending
    version below the current one, and for a B file that the lake can't get past.
    """
    check_faults(migrations)
    if not new_history:
        refuse_other_history(history)
    book = ledger(history)
    # Whatever the policies: a file that is not the applied one would be left out without a word.
    _refuse(collisions(migrations.migrations, book))
    if behavior.validate_on_migrate:
        _refuse_mismatches(migrations.migrations, book)
    _refuse_going_back(target, book.current_version)
    squash = squashed(migrations.migrations, book, target)
    _refuse(blocked(squash, book))
    waiting = [item for item in migrations.migrations if state_of(item, book, squash) not in _DONE]
    versioned = [item for item in waiting if item.version is not None]
    chosen = [item for item in versioned if target is None or (item.version or 0) <= target]
    if not behavior.out_of_order:
        _refuse(below_current(chosen, book))
    repeatable = [item for item in waiting if item.version is None]
    return chosen + (repeatable if len(chosen) == len(versioned) else [])


def refuse_other_history(history: HistoryDocument) -> None:
    """Raise InputError for a lake that has its history elsewhere: all would be applied again."""
    for found in other_history(history):
        raise InputError(found.message, hint=found.hint)


def target_unknown(migrations: MigrationsDocument, history: HistoryDocument, target: int | None) -> tuple[str, ...]:
    """Return a line that says so if neither a file nor the history has the version that is the target."""
    files = {item.version for item in migrations.migrations if item.version is not None}
    recorded = {row.version for row in history.rows if row.version is not None}
    if target is None or target in files | recorded:
        return ()
    highest = f"; the highest is {max(files)}" if files else ""
    return (f"no migration has the version {target}{highest}",)


def _refuse(problems: Iterable[Problem]) -> None:
    for first in problems:
        raise Refused(first.message, place=first.script, hint=first.hint)


def _refuse_mismatches(migrations: Iterable[Migration], book: Ledger) -> None:
    found = list(mismatches(migrations, book))
    if found:
        first = found[0]
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        raise Refused(
            f"was edited after it was applied (checksum {first.applied_checksum[:12]}… -> "
            f"{first.checksum[:12]}…){more}",
            place=first.script,
            hint="restore the file and put the change into a new migration; `ducktracker validate` shows all",
        )


def _refuse_going_back(target: int | None, current: int | None) -> None:
    if target is not None and current is not None and target < current:
        raise Refused(
            f"the lake is already at version {current}, above the target {target}",
            hint="`ducktracker undo` takes migrations back",
        )
