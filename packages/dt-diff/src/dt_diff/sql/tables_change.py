"""Tables: dropped, renamed, created, altered."""

from collections.abc import Sequence
from typing import NamedTuple

from dt_contract.identifiers import fold
from dt_contract.schema import Table
from dt_diff.identity import Identity
from dt_diff.names import full_name
from dt_diff.sql.alter_table import Known, alter_table, is_made_again
from dt_diff.sql.column_plan import plan_columns
from dt_diff.sql.definitions import create_table, table_extras
from dt_diff.sql.draft import Draft, Phase
from dt_diff.sql.hazard_comments import hazard
from dt_diff.sql.names import Home
from dt_diff.sql.same_object import in_place, is_one_lake
from dt_diff.sql.script import Statement

_MADE_AGAIN = "it holds no row, and DuckLake can't alter it to what it is to be: the table is made again"


class TableChanges(NamedTuple):
    """`made` are new, or new under their name; `altered` are the pairs that differ, and stay; `created` by SQL."""

    created: Sequence[Table]
    altered: Sequence[tuple[Table, Table]]


def change_tables(
    before: Sequence[Table],
    after: Sequence[Table],
    identity: Identity,
    draft: Draft,
    home: Home,
    known: Known,
) -> TableChanges:
    """Add all statements but those for RENAME TO and for options."""
    tables = in_place(before, after, identity.tables)
    changes = _Changes(identity, draft, home, known)
    for table in sorted(tables.removed, key=_key):
        changes.drop(table)
    differing = [pair for pair in tables.pairs if not identity.unchanged(*pair)]
    for old, new in sorted(differing, key=lambda pair: _key(pair[1])):
        changes.alter(old, new)
    for table in sorted(tables.added, key=_key):
        changes.create(table)
    return TableChanges(changes.created, changes.altered)


class _Changes:
    def __init__(self, identity: Identity, draft: Draft, home: Home, known: Known) -> None:
        self._identity, self._draft, self._home, self._known = identity, draft, home, known
        self._dropped: set[tuple[str, str]] = set()
        self.created: list[Table] = []
        self.altered: list[tuple[Table, Table]] = []

    def drop(self, table: Table, *comments: str) -> None:
        """Drop a table."""
        hazards = (hazard("DL102"),) if self._has_rows(table) else ()
        sql = f"DROP TABLE {self._home.name(table.schema, table.name)}"
        self._draft.add(Phase.DROP, Statement(sql, (*comments, *hazards)))
        self._dropped.add(_folded(table))

    def create(self, table: Table) -> None:
        """Create a table, with all that is its own but options."""
        again = (hazard("DL105"),) if _folded(table) in self._dropped else ()
        self._draft.add(Phase.TABLE, Statement(create_table(table, self._home), again))
        self._draft.add(Phase.TABLE, *table_extras(table, self._home))
        self.created.append(table)

    def alter(self, old: Table, new: Table) -> None:
        """Alter a table, or make it again where that is the only way."""
        has_rows = self._has_rows(old)
        plan = plan_columns(old, new, self._identity.columns, has_rows=has_rows)
        if has_rows or not is_made_again(old, plan, self._known):
            alter_table(old, new, plan, self._identity, self._known, self._draft, self._home)
            self.altered.append((old, new))
            return
        self.drop(old, _MADE_AGAIN)
        self.create(new)
        if is_one_lake(self._identity):
            self._draft.leave("id", full_name(new.schema, new.name), "the table is made again")

    def _has_rows(self, table: Table) -> bool:
        return (table.schema, table.name) not in self._known.empty


def _key(table: Table) -> tuple[str, str]:
    return table.schema, table.name


def _folded(table: Table) -> tuple[str, str]:
    return fold(table.schema), fold(table.name)
