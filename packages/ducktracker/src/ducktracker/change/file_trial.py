"""Tries a U file on a branch, within the same walls as a migration that is planned: anybody may have written it."""

from dt_config.config import Backend
from dt_history.tail import HistoryTail
from dt_lint.script.statements import Script
from ducktracker.migrate.attempt import attempt
from ducktracker.migrate.session import Session
from ducktracker.migrate.transaction import Applied, Failed, Record
from ducktracker.plan.witness import NEEDS, Witness


class FileTrial:
    """What came of the trial of a file; `not_tried` tells which statements were left out, and why."""

    def __init__(self, file: str, *, backend: Backend) -> None:
        self.not_tried: tuple[str, ...] = ()
        self._file = file
        self._backend = backend

    def attempt(self, session: Session, script: Script, tail: HistoryTail, record: Record) -> Applied | Failed:
        """Apply what may be tried, in a session that is confined to the branch. Raise what `attempt` does."""
        witness = Witness([script], "run", backend=self._backend)
        outcome = attempt(session, [script], tail, witness=witness, record=record)
        while isinstance(outcome, Failed) and witness.excuses(outcome, [script]):
            outcome = attempt(session, [script], tail, witness=witness, record=record)
        self.not_tried = tuple(
            f"{self._file}:{statement.line}: not tried: {_told(witness.left_out[id(statement)])}"
            for statement in script.statements
            if id(statement) in witness.left_out
        )
        return outcome


def _told(reason: str) -> str:
    """Leave out the error of what follows from what was not tried: plan hides values in it."""
    return NEEDS if reason.startswith(NEEDS) else reason
