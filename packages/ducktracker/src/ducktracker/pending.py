"""Which migrations a run is to apply, and whether it may. Pure."""

from dt_config.config import Behavior
from dt_contract.errors import Refused
from dt_contract.history import HistoryDocument
from dt_contract.migrations import Migration, MigrationsDocument
from dt_history.assess import check_faults, validate
from dt_history.ledger import ledger, state_of


def pending(
    migrations: MigrationsDocument, history: HistoryDocument, behavior: Behavior, target: int | None = None
) -> list[Migration]:
    """Gives the migrations to apply: versioned ones by version, then repeatable ones by description.

    With a target nothing above it is applied, and repeatable ones only when no versioned one above it waits.
    Raises InputError for a folder with faults, Refused for a checksum mismatch, and for a target or a pending version
    below the current one.
    """
    check_faults(migrations)
    if behavior.validate_on_migrate:
        _refuse_mismatches(migrations, history)
    book = ledger(history)
    _refuse_going_back(target, book.current_version)
    waiting = [item for item in migrations.migrations if state_of(item, book) not in ("applied", "baselined")]
    versioned = [item for item in waiting if item.version is not None]
    chosen = [item for item in versioned if target is None or (item.version or 0) <= target]
    if not behavior.out_of_order:
        _refuse_out_of_order(chosen, book.current_version)
    repeatable = [item for item in waiting if item.version is None]
    return chosen + (repeatable if len(chosen) == len(versioned) else [])


def _refuse_mismatches(migrations: MigrationsDocument, history: HistoryDocument) -> None:
    mismatches = validate(migrations, history).mismatches
    if mismatches:
        first = mismatches[0]
        more = f", and {len(mismatches) - 1} more" if len(mismatches) > 1 else ""
        raise Refused(
            f"was changed after it was applied: its checksum was {first.applied_checksum[:12]}…, "
            f"and is {first.checksum[:12]}… now{more}",
            place=first.script,
            hint="restore the file and put the change into a new migration; `ducktracker validate` shows all",
        )


def _refuse_going_back(target: int | None, current: int | None) -> None:
    if target is not None and current is not None and target < current:
        raise Refused(
            f"the target {target} is below {current}, the current version of the lake",
            hint="nothing is ever undone; put what shall change into a new migration",
        )


def _refuse_out_of_order(chosen: list[Migration], current: int | None) -> None:
    for item in chosen:
        if current is not None and (item.version or 0) < current:
            raise Refused(
                f"version {item.version} is below {current}, the current version of the lake",
                place=item.script,
                hint="give it a version above, or set behavior.out_of_order = true",
            )
