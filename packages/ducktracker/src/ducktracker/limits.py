"""What fails only because it is rehearsed: earlier migrations are not committed yet (ducklake-facts, traps 10, 18)."""

import re

import duckdb

from ducktracker.nature import creates, target, writes_rows
from ducktracker.statements import Statement

_UNCOMMITTED = "DuckLake can do it only when the earlier statements are committed"
_INLINED = "rows that are rehearsed stay in the catalog, where DuckLake can't partition or sort them"
_ONLY_COMMITTED = re.compile(r"transaction-local changes|Settings cannot be set for")


class Touched:
    """The tables that statements were about, and those that got rows: by this migration and by earlier ones."""

    def __init__(self) -> None:
        self._made: set[str] = set()
        self._own: set[str] = set()
        self._own_rows: set[str] = set()
        self._earlier: set[str] = set()
        self._earlier_rows: set[str] = set()

    def begin(self) -> None:
        """Begins a migration: what was its own belongs to an earlier one now."""
        self._earlier |= self._own
        self._earlier_rows |= self._own_rows
        self._own, self._own_rows = set(), set()

    def add(self, statement: Statement) -> None:
        """Takes note of a statement that ran."""
        self._own.add(target(statement))
        if creates(statement) == "TABLE":
            self._made.add(target(statement))
        if writes_rows(statement):
            self._own_rows.add(target(statement))

    def only_earlier(self, table: str) -> bool:
        """Whether earlier migrations touched the table and this one did not; any table where the name is not known."""
        return table in self._earlier - self._own if table else bool(self._earlier)

    def got_rows(self, table: str) -> bool:
        """Whether a migration wrote rows into the table."""
        return table in self._earlier_rows | self._own_rows

    def is_new_and_empty(self, table: str) -> bool:
        """Whether a migration made the table, and none wrote rows into it."""
        return table in self._made and not self.got_rows(table)


def limit_of_rehearsal(error: duckdb.Error, touched: Touched, statement: Statement) -> str | None:
    """Gives why a statement that failed in the rehearsal need not fail in migrate; null where it would."""
    text, table = str(error), target(statement) if statement.type == duckdb.StatementType.ALTER else ""
    if "transaction-local inlined data" in text:
        return _INLINED
    if "NULL" in statement.words and touched.is_new_and_empty(table):
        return None
    if _ONLY_COMMITTED.search(text) and touched.only_earlier(table):
        return _UNCOMMITTED
    if "no stats are available" in text and touched.only_earlier(table) and touched.got_rows(table):
        return _UNCOMMITTED
    return None
