"""What fails only because it is rehearsed: earlier migrations are not committed yet (ducklake-facts, traps 10, 18)."""

import re
from collections.abc import Sequence

import duckdb

from ducktracker.names import SameObjects
from ducktracker.statements import Script, Statement

_UNCOMMITTED = "DuckLake can do it only when the earlier statements are committed"
_INLINED = "rows that are rehearsed stay in the catalog, where DuckLake can't partition or sort them"
_ONLY_COMMITTED = re.compile(r"transaction-local changes|Settings cannot be set for")


Key = tuple[str, str]


class Touched:
    """The tables that statements were about, and those that got rows: by this migration and by earlier ones."""

    def __init__(self, scripts: Sequence[Script]) -> None:
        effects = [statement.effect for script in scripts for statement in script.statements]
        self._same = SameObjects(name for effect in effects for name in effect.names)
        self._made: set[Key] = set()
        self._own: set[Key] = set()
        self._own_rows: set[Key] = set()
        self._earlier: set[Key] = set()
        self._earlier_rows: set[Key] = set()

    def begin(self) -> None:
        """Begins a migration: what was its own belongs to an earlier one now."""
        self._earlier |= self._own
        self._earlier_rows |= self._own_rows
        self._own, self._own_rows = set(), set()

    def add(self, statement: Statement) -> None:
        """Takes note of a statement that ran."""
        effect, table = statement.effect, self.key(statement)
        if table is None:
            return
        self._own.add(table)
        if effect.creates == "table":
            self._made.add(table)
        if effect.writes_rows:
            self._own_rows.add(table)

    def key(self, statement: Statement) -> Key | None:
        """Return the key of what the statement is about."""
        target = statement.effect.target
        return self._same.key(target) if target else None

    def only_earlier(self, table: Key | None) -> bool:
        """Whether earlier migrations touched the table and this one did not; any table where the name is not known."""
        return table in self._earlier - self._own if table else bool(self._earlier)

    def got_rows(self, table: Key | None) -> bool:
        """Whether a migration wrote rows into the table."""
        return table in self._earlier_rows | self._own_rows

    def is_new_and_empty(self, table: Key | None) -> bool:
        """Whether a migration made the table, and none wrote rows into it."""
        return table in self._made and not self.got_rows(table)


def limit_of_rehearsal(error: duckdb.Error, touched: Touched, statement: Statement) -> str | None:
    """Gives why a statement that failed in the rehearsal need not fail in migrate; null where it would."""
    text, table = str(error), touched.key(statement) if statement.effect.alters else None
    if "transaction-local inlined data" in text:
        return _INLINED
    if statement.effect.action == "set_not_null" and touched.is_new_and_empty(table):
        return None
    if _ONLY_COMMITTED.search(text) and touched.only_earlier(table):
        return _UNCOMMITTED
    if "no stats are available" in text and touched.only_earlier(table) and touched.got_rows(table):
        return _UNCOMMITTED
    return None
