"""Sees which statements of a run may find their work done, and learns what they state."""

from collections.abc import Iterable

import duckdb
from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.identifiers import fold
from dt_contract.schema import View
from dt_diff.names import identifiers
from dt_lake.lake import Lake
from dt_lake.sql import literal
from dt_lake.tokens import Token, tokens
from dt_lint.script.effect import Action, Effect
from dt_lint.script.names import Name
from dt_lint.script.statements import Script, Statement
from dt_snapshot.catalog_name import without_catalog
from dt_snapshot.moment import newest
from dt_snapshot.touched import touches
from ducktracker.drift.stated_objects import Kind, Restated, States
from ducktracker.migrate.scratch_lake import Scratch

_PROPERTIES: dict[Action, States] = {
    "alter_type": "type",
    "set_partitioned": "partition_by",
    "reset_partitioned": "partition_by",
    "set_sorted": "sorted_by",
    "reset_sorted": "sorted_by",
}
"""A comment or a default that is set again leaves its trace in the lake; NOT NULL can't be set again."""

_KINDS: dict[str, Kind] = {"schema": "schema", "table": "table", "view": "view", "macro": "macro"}


def may_restate(scripts: Iterable[Script]) -> bool:
    """Whether some statement may find its work done."""
    return any(_states(statement) for script in scripts for statement in script.statements)


class Restating:
    """Keeps what the statements of a transaction state while there is drift; without a configuration, nothing."""

    def __init__(self, config: Config | None, *, has_drift: bool = True) -> None:
        self._scratch = Scratch(config) if config else None
        self._has_drift = has_drift
        self._renamed: set[tuple[Name | None, tuple[str, ...]]] = set()
        self._found: list[Restated] = []
        self._defaults: set[tuple[Name | None, tuple[str, ...]]] = set()

    @property
    def found(self) -> tuple[Restated, ...]:
        """What the statements state. A default that is set too leaves a trace that means something."""
        defaults = {(target.schemas, target.name, path) for target, path in self._defaults if target}
        return tuple(
            item
            for item in self._found
            if item.states != "no default" or (item.schemas, item.name, item.path) not in defaults
        )

    def begin(self, lake: Lake, seen: int | None) -> None:
        """Forget what was found in an earlier transaction; what others changed since the lake snapshot `seen` is drift.

        If it is not known what was seen, there may be drift.
        """
        self._found.clear()
        self._defaults.clear()
        self._renamed.clear()
        if self._scratch and not self._has_drift:
            self._has_drift = seen is None or (newest(lake) != seen and bool(touches(lake, seen)))

    def others_wrote(self) -> None:
        """Take it that there is drift, as another process was quicker, and it isn't known what it did."""
        self._has_drift = True

    def close(self) -> None:
        """Leave nothing behind."""
        if self._scratch:
            self._scratch.close()

    def see(self, script: Script, statement: Statement) -> None:
        """Keep what a statement states that has run."""
        if self._scratch is None or not self._has_drift:
            return
        states, kind, target = _states(statement), _KINDS.get(statement.effect.kind), statement.effect.target
        if statement.effect.action in ("set_default", "drop_default"):
            self._defaults.add((target, statement.effect.path))
        if statement.effect.action in ("rename", "rename_column") and states is None:
            self._renamed.add((target, statement.effect.path))
        if states is None or kind is None or target is None or self._has_been_renamed(statement.effect):
            return
        item = Restated(
            script=script.name,
            states=states,
            kind=kind,
            schemas=target.schemas,
            name=target.name,
            path=statement.effect.path,
        )
        self._found.append(_learnt(self._scratch, statement, item) if states == "there" else item)

    def _has_been_renamed(self, effect: Effect) -> bool:
        """Then the name does not mean what it meant before the transaction."""
        return (effect.target, ()) in self._renamed or (effect.target, effect.path) in self._renamed


def _states(statement: Statement) -> States | None:
    effect = statement.effect
    if statement.sql != statement.core or statement.keyword in ("PREPARE", "EXECUTE"):
        return None
    match effect.action:
        case "create" if effect.if_not_exists and effect.creates:
            return "there"
        case "add_column" if effect.if_not_exists:
            return "there"
        case "drop" | "drop_column" if effect.if_exists:
            return "gone"
        case "rename_column" if effect.path and effect.new_name == effect.path[-1]:
            return "no default"
        case action:
            return _PROPERTIES.get(action)


def _learnt(scratch: Scratch, statement: Statement, item: Restated) -> Restated:
    """With the definition that the statement would have given to what it names."""
    if item.path:
        return replace(item, column=scratch.column(statement.core, item))
    match item.kind:
        case "table" if not statement.effect.has_query:
            return replace(item, table=scratch.table(statement.core, item))
        case "view":
            return replace(item, view=_view(statement.core, item, scratch.catalog))
        case "macro":
            return replace(item, macro=scratch.macro(statement.core, item))
        case _:
            return item


def _view(sql: str, item: Restated, catalog: str) -> View | None:
    """A view is stored as DuckDB writes its query, for which its tables are not needed."""
    cut = tokens(sql)
    at = next((place for place, token in enumerate(cut) if token.keyword == "AS"), None)
    if at is None or not item.schemas:
        return None
    query = sql.encode()[cut[at].end :].decode().strip()
    with duckdb.connect() as connection:
        written = f"SELECT json_deserialize_sql(json_serialize_sql({literal(query)}))"
        try:
            stored = "".join(str(sql) for (sql,) in connection.execute(written).fetchall())
        except duckdb.Error:
            return None
        sql = without_catalog(connection, catalog, [stored])(stored)
    aliases = _aliases(cut[:at])
    return None if aliases is None else View(schema=item.schemas[0], name=item.name, column_aliases=aliases, sql=sql)


def _aliases(head: list[Token]) -> tuple[str, ...] | None:
    """The names in parentheses behind that of the view; None if they can't be told."""
    opening = next((place for place, token in enumerate(head) if token.text.startswith("(")), len(head))
    named = [token for token in head[opening:] if token.name is not None]
    written = [identifiers(token.text.strip())[0] for token in named]
    return tuple(written) if [fold(alias) for alias in written] == [token.name for token in named] else None
