"""The same statements in plain DuckDB, which has no keys of tables and no transaction to forget anything."""

from random import Random

import duckdb

from support.one_transaction.answers import Rows, rows
from support.one_transaction.steps import Sequence, Step, sequence

_KEYS = {"partition", "reset partition", "sort", "reset sort"}


class Plain:
    """A DuckDB with a table for each sequence."""

    def __init__(self) -> None:
        self.connection = duckdb.connect(config={"threads": 1})
        self._count = 0

    def table(self) -> "PlainTable":
        """Return a new table, which nothing has made yet."""
        self._count += 1
        return PlainTable(self.connection, f"p{self._count}")

    def generate(self, random: Random, weights: dict[str, int] | None = None) -> tuple[Sequence, "PlainTable"]:
        """Return a random sequence and the table that it comes to."""
        table = self.table()
        return sequence(random, table.accepts, weights), table


class PlainTable:
    """One table in plain DuckDB."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        self.connection, self._name, self.name = connection, name, name

    def accepts(self, step: Step) -> bool:
        """Run a statement; return whether it is valid."""
        if step.kind in _KEYS:
            return True
        try:
            self.connection.execute(step.on(self._name))
        except duckdb.Error:
            return False
        if step.kind == "rename table":
            self.name = self._name if self.name != self._name else f"{self._name}_n"
        return True

    @property
    def rows(self) -> Rows:
        """Its rows, sorted."""
        return rows(self.connection, self.name)

    def drop(self) -> None:
        """Drop it."""
        self.connection.execute(f"DROP TABLE IF EXISTS {self.name}")
