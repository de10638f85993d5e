"""Runs the statements of a plan, but for those that must not be tried, and keeps what each one did."""

from collections.abc import Sequence
from typing import Literal

import duckdb

from dt_config.config import Backend
from dt_contract.plan import PlannedRows
from dt_lake.lake import Lake
from dt_lint.script.statements import Script, Statement
from ducktracker.migrate.transaction import Failed
from ducktracker.plan.changed_rows import changed_rows
from ducktracker.plan.explain import refused
from ducktracker.plan.hidden_values import names_rows, names_values, without_values
from ducktracker.plan.merged_rows import rows_before
from ducktracker.plan.wall import why_not_tried
from ducktracker.plan.without_rows import Instead, without_rows

Rows = Literal["run", "none"]
NEEDS = "it may need what was not tried"


class Witness:
    """What came of each statement; with rows `none`, they neither write nor read any."""

    def __init__(
        self, scripts: Sequence[Script], rows: Rows, *, backend: Backend = "duckdb", hides_values: bool = False
    ) -> None:
        """With `hides_values`, a statement is not tried that may make names of values."""
        self.backend = backend
        self._hides_values = hides_values
        self._statements = [statement for script in scripts for statement in script.statements]
        self._places = {id(statement): place for place, statement in enumerate(self._statements)}
        self._rows = rows
        self._end = len(self._statements)
        self._begun: set[int] = set()
        self._instead: dict[int, Instead] = {}
        self.rows: dict[int, PlannedRows] = {}
        """By the `id` of a statement, as are all that follow."""
        self.left_out: dict[int, str] = {}
        """Why it was not run."""

    def why_not_tried(self, statement: Statement) -> str | None:
        """Return why a statement was not run, or not as it stands."""
        key = id(statement)
        if reason := self.left_out.get(key):
            return reason
        if instead := self._instead.get(key):
            return instead.why
        return None if key in self._begun else "it comes after what fails"

    def told(self, failed: Failed) -> str:
        """Return the error of a failure, without values of rows."""
        place = self._places[id(failed.statement)] if failed.statement else len(self._statements) - 1
        return without_values(failed.error, self._statements[: place + 1])

    def told_of_a_view(self, reason: str) -> str:
        """Return why a view can't be read after all that ran, without values of rows."""
        return without_values(reason, self._those_that_ran())

    @property
    def made_names(self) -> bool:
        """Whether something ran that may have made names of values of rows."""
        return any(map(names_rows, self._those_that_ran()))

    def _those_that_ran(self) -> list[Statement]:
        ran = self._begun - self.left_out.keys()
        return [statement for statement in self._statements if id(statement) in ran]

    def run(self, lake: Lake, statement: Statement) -> bool:
        """Run a statement, and keep how many rows it changed; return False if it must not be tried, and keep why."""
        key = id(statement)
        if self._places[key] >= self._end:
            self.left_out.setdefault(key, NEEDS)
        elif key not in self.left_out:
            self._begun.add(key)  # A name that is missing fails before it runs.
            if reason := self._why_not(lake, statement):
                self.left_out[key] = reason
        if key in self.left_out:
            return False
        instead = without_rows(statement) if self._rows == "none" else None
        if instead is None:
            self._run(lake, statement)
        else:
            self._instead[key] = instead
            for sql in instead.sql:
                lake.connection.execute(sql)
        return True

    def _why_not(self, lake: Lake, statement: Statement) -> str | None:
        if self._hides_values and names_values(statement):
            return "it may make names of values, which a pull request must not show"
        return why_not_tried(lake.connection, lake.catalog, statement)

    def _run(self, lake: Lake, statement: Statement) -> None:
        before = rows_before(lake.connection, statement)
        try:
            lake.connection.execute(statement.sql)
        except duckdb.Error as error:
            if reason := refused(error, statement.sql):
                self.left_out[id(statement)] = reason
                raise duckdb.Error(reason) from None
            raise
        if rows := changed_rows(lake.connection, statement, before):
            self.rows[id(statement)] = rows

    def excuses(self, failed: Failed, tried: Sequence[Script]) -> bool:
        """Return whether a failure may come of what was not tried; the run may begin again, and then ends before it."""
        first = failed.statement or tried[0].statements[0]
        last = failed.statement or tried[-1].statements[-1]
        if id(first) in self.left_out:
            return True
        missing = [*self.left_out, *(key for key, instead in self._instead.items() if instead.leaves)]
        if all(self._places[key] >= self._places[id(last)] for key in missing):
            return False
        self._end = self._places[id(first)]
        self.left_out[id(first)] = f"{NEEDS}: {self.told(failed)}"
        return True
