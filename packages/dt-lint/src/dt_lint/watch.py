"""Finds what this build of DuckLake does wrongly and silently, where only the lake can tell.

What that is: docs/ducklake-facts.md, "What one transaction loses".
"""

from collections.abc import Sequence
from typing import Protocol

from dt_lake.lake import Lake
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.rules.alter_then_rename import RenameWatch
from dt_lint.rules.altered_columns import ColumnWatch
from dt_lint.rules.key_resets import KeyResets
from dt_lint.rules.late_columns import LateColumns
from dt_lint.rules.nested_columns import NestedTypes
from dt_lint.rules.past_views import PastViews
from dt_lint.rules.small_inserts import Inlining
from dt_lint.rules.system_columns import SystemColumns
from dt_lint.script.statements import Script, Statement


class Witness(Protocol):
    """Decides how the statements of a plan are run, and sees what they do."""

    is_of_postgres: bool
    """Whether the lake that the branch is of has its catalog in PostgreSQL."""

    def run(self, lake: Lake, statement: Statement) -> bool:
        """Run a statement, or return False."""


class Watch:
    """Looks at each statement of a transaction, before and after it runs, and at the whole before COMMIT.

    `scripts` are all that may run in the transaction; a witness may leave some of them out.
    """

    def __init__(self, lake: Lake, scripts: Sequence[Script], witness: Witness | None = None) -> None:
        self._lake = lake
        self._witness = witness
        self._rename, self._columns = RenameWatch(lake), ColumnWatch(lake, scripts)
        self._nested = NestedTypes(lake, scripts)
        self._inlining = Inlining(lake, scripts)
        self._past = PastViews(lake, scripts)
        self._keys, self._late = KeyResets(lake, scripts), LateColumns(lake, scripts)
        is_postgres = witness.is_of_postgres if witness else lake.config.connection.catalog_backend == "postgres"
        self._system = SystemColumns(lake, is_postgres=is_postgres)

    def run(self, statement: Statement) -> None:
        """Run a statement. Raises CorruptsLake if the transaction must not go on."""
        lost = self._columns.lost_by(statement)
        if lost:
            raise CorruptsLake(
                f"{lost} in this build of DuckLake; put this first, or into a migration (not --transaction all)"
                " of its own"
            )
        self._rename.before(statement)
        self._nested.before(statement)
        self._past.before(statement)
        with self._inlining.of(statement):
            if self._witness is None:
                self._lake.connection.execute(statement.sql)
            elif not self._witness.run(self._lake, statement):
                return
        self._rename.after(statement)
        self._nested.after(statement)
        self._keys.after(statement)
        self._late.after(statement)
        self._system.after(statement)

    def at_commit(self) -> None:
        """Raises CorruptsLake if the transaction must not be committed."""
        self._keys.at_commit()
        self._late.at_commit()
        self._inlining.at_commit()
        self._system.at_commit()
