"""One attempt at the transaction of some migrations, and what is looked at around it."""

from collections.abc import Callable, Sequence

from dt_contract.errors import LakeError
from dt_history.tail import HistoryTail
from dt_lake.attach import place
from dt_lake.errors import LakeFault
from dt_lake.inlining import lacks_a_place
from dt_lake.lake import Lake
from dt_lint.rules.alter_then_rename import duplicated_ids
from dt_lint.script.classify import touches_session
from dt_lint.script.statements import Script
from dt_lint.watch import Witness
from ducktracker.migrate.restating import Restating
from ducktracker.migrate.session import Session
from ducktracker.migrate.transaction import Applied, Failed, Record, apply


def attempt(
    session: Session,
    batch: Sequence[Script],
    tail: HistoryTail,
    restating: Restating | None = None,
    witness: Witness | None = None,
    record: Record | None = None,
) -> Applied | Failed:
    """Apply migrations in one transaction.

    They are applied once more with all rows in files if DuckLake can't commit them in the catalog. If nothing was
    applied, the lake is opened again after a migration that touches the session. Raises what `apply` does.
    """
    outcome: Applied | Failed | None = None
    try:
        outcome = _apply(session, lambda: apply(session.lake, batch, tail, restating, witness, record))
    finally:
        if not isinstance(outcome, Applied) and any(map(touches_session, batch)):
            session.reopen()
    return outcome


def _apply(session: Session, once: Callable[[], Applied | Failed]) -> Applied | Failed:
    try:
        outcome = once()
        if isinstance(outcome, Applied) or outcome.statement or not lacks_a_place(session.lake):
            return outcome
    except LakeFault:
        # PostgreSQL says that the place is not there, and a lake that is out of reach can't say that it lacks one.
        if not lacks_a_place(session.lake):
            raise
    with session.rows_in_files():
        return once()


def check_ids(lake: Lake, batch: Sequence[Script], snapshot: int) -> None:
    """Raise LakeError if a lake snapshot has left objects there twice."""
    twice = duplicated_ids(lake, snapshot)
    if twice:
        raise LakeError(
            f"after {batch[-1].name}, lake snapshot {snapshot} contains duplicate tables or views (ids {twice})",
            place=place(lake.config.connection),
            hint="this is a DuckLake bug; please report it, and restore the catalog to the previous snapshot",
        )
