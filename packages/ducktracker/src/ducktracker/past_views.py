"""The rule of a table's past (past_reads.py), read through a view of the lake whose body holds AT (VERSION => …).

A view of such a view is not followed.
"""

from collections.abc import Sequence

import msgspec

from dt_lake.identifiers import fold
from dt_lake.lake import Lake
from dt_lake.sql import name
from dt_lake.tokens import tokens
from ducktracker.corrupts import CorruptsLake
from ducktracker.effect import Effect
from ducktracker.names import Home, Name
from ducktracker.past_names import past_names
from ducktracker.past_reads import changes_past
from ducktracker.statements import Script, Statement

_READS = frozenset({"select", "call", "copy_to", "execute", "other"})
_VIEWS = """
SELECT schema_name, view_name, sql FROM {view} v JOIN {schema} s USING (schema_id)
WHERE v.end_snapshot IS NULL AND s.end_snapshot IS NULL AND (sql ILIKE '% AT (%' OR sql ILIKE '%table_%(%')
"""


class _View(msgspec.Struct):
    name: str
    past: tuple[Name, ...]


class PastViews:
    """Follows which tables have changed, and asks the lake for views of a past once there is one to read."""

    def __init__(self, lake: Lake, scripts: Sequence[Script]) -> None:
        self._lake = lake
        self._changed: list[Name] = []
        self._new: list[_View] = []
        self._committed: list[_View] | None = None

    def before(self, statement: Statement) -> None:
        """Raises CorruptsLake if the statement would read the past of a table that the transaction has changed."""
        effect = statement.effect
        if self._changed and _reads(effect):
            self._refuse(statement)
        if effect.creates == "view" and effect.target and statement.past:
            self._new.append(_View(effect.target.name, statement.past))
        if changes_past(effect):
            self._changed += effect.names

    def _refuse(self, statement: Statement) -> None:
        views = [
            view
            for view in [*self._read_committed(), *self._new]
            if any(_may_be_one(past, changed) for past in view.past for changed in self._changed)
        ]
        named = {token.name for token in tokens(statement.core)} if views else set()
        for view in views:
            if view.name in named:
                raise CorruptsLake(
                    f"the view {view.name} reads the past of a table that the same transaction has changed, and would "
                    "read the table as the transaction leaves it in this build of DuckLake; read the view into a "
                    "temporary table before the first change, or put the change into a migration of its own (not "
                    "--transaction all)"
                )

    def _read_committed(self) -> list[_View]:
        if self._committed is None:
            names = {kind: self._lake.metadata(f"ducklake_{kind}") for kind in ("view", "schema")}
            self._committed = []
            for schema, view, sql in self._lake.connection.execute(_VIEWS.format(**names)).fetchall():
                body = sql.replace("{DUCKLAKE_CATALOG}", name(self._lake.catalog))
                home = Home.of(self._lake.catalog, schema)
                self._committed.append(_View(fold(view), past_names(tokens(body), home)))
        return self._committed


def _reads(effect: Effect) -> bool:
    return effect.writes_rows or effect.has_query or effect.action in _READS


def _may_be_one(one: Name, other: Name) -> bool:
    is_anywhere = not one.schemas or not other.schemas
    return one.name == other.name and (is_anywhere or bool({*one.schemas} & {*other.schemas}))
