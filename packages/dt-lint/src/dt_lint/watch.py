"""Runs the statements of a transaction under the rules that ask the lake.

What this build of DuckLake does wrongly and silently: docs/ducklake-facts.md, "What one transaction loses".
"""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Protocol

from dt_config.config import Backend
from dt_lake.lake import Lake
from dt_lint.all_rules import all_rules
from dt_lint.rule import OpenTransaction
from dt_lint.script.statements import Script, Statement


class Witness(Protocol):
    """Decides how the statements of a plan are run, and sees what they do."""

    backend: Backend
    """What the catalog is in of the lake that the branch is of."""

    def run(self, lake: Lake, statement: Statement) -> bool:
        """Run a statement, or return False."""


class Watch:
    """Looks at each statement of a transaction, before and after it runs, and at the whole before COMMIT.

    `scripts` are all that may run in the transaction; a witness may leave some of them out.
    """

    def __init__(self, lake: Lake, scripts: Sequence[Script], witness: Witness | None = None) -> None:
        self._lake = lake
        self._witness = witness
        transaction = OpenTransaction(lake, scripts, witness.backend if witness else lake.backend)
        self._watches = [rule.watch(transaction) for rule in all_rules() if rule.watch]

    def run(self, statement: Statement) -> None:
        """Run a statement. Raises CorruptsLake if the transaction must not go on."""
        for watch in self._watches:
            watch.before(statement)
        with ExitStack() as contexts:
            for watch in self._watches:
                contexts.enter_context(watch.of(statement))
            if self._witness is None:
                self._lake.connection.execute(statement.sql)
            elif not self._witness.run(self._lake, statement):
                return
        for watch in self._watches:
            watch.after(statement)

    def at_commit(self) -> None:
        """Raise CorruptsLake if the transaction must not be committed."""
        for watch in self._watches:
            watch.at_commit()
