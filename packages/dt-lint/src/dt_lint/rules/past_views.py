"""The rule of a table's past (past_reads.py), read through views and macros whose bodies hold AT (VERSION => …)."""

from collections.abc import Collection, Iterator, Sequence, Set

import msgspec

from dt_contract.identifiers import fold
from dt_lake.lake import Lake
from dt_lake.sql import name
from dt_lake.sqltext import is_readable
from dt_lake.tokens import tokens
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.rules.past_reads import KEPT, changes_past
from dt_lint.script.effect import Effect
from dt_lint.script.names import Home, Name
from dt_lint.script.past_names import past_names
from dt_lint.script.query_names import Named, named_in
from dt_lint.script.statements import Script, Statement

_READS = frozenset({"select", "call", "copy_to", "execute", "set", "other"})
_STORED = """
WITH stored AS (
    SELECT 'view' AS kind, schema_id, view_name AS name, sql FROM {view} WHERE end_snapshot IS NULL
    UNION ALL SELECT 'macro', schema_id, macro_name, sql FROM {macro} JOIN {macro_impl} USING (macro_id)
    WHERE end_snapshot IS NULL
)
SELECT kind, schema_name, name, sql FROM stored JOIN {schema} s USING (schema_id)
WHERE s.end_snapshot IS NULL AND ({always} OR EXISTS (
    FROM stored WHERE regexp_matches(sql, '\\bat\\s*\\(|table_(changes|deletions|insertions)', 'i')))
"""


class _Kept(msgspec.Struct, frozen=True):
    """A view or macro: the tables of which it reads the past, and what else it names."""

    kind: str
    name: Name
    past: tuple[Name, ...]
    named: frozenset[Named]

    def is_gone(self, gone: Set[tuple[str, Name]]) -> bool:
        """Whether it is sure to be one of these, which are dropped, replaced or renamed."""
        return len(self.name.schemas) == 1 and (self.kind, self.name) in gone


class PastViews:
    """Follows which tables have changed, and asks the lake for views and macros once there is something to read.

    A name that a TEMP view or macro hides is taken for any of those that bear it.
    """

    def __init__(self, lake: Lake, scripts: Sequence[Script]) -> None:
        self._lake = lake
        self._changed: dict[Name, None] = {}
        self._new: list[_Kept] = []
        self._gone: set[tuple[str, Name]] = set()
        self._hidden: set[str] = set()
        self._prepared: dict[str, frozenset[Named]] = {}
        self._committed: dict[bool, list[_Kept]] = {}
        self._readers: _Readers | None = None

    def before(self, statement: Statement) -> None:
        """Raise CorruptsLake if the statement would read the past of a table that the transaction has changed."""
        effect = statement.effect
        if statement.keyword == "PREPARE":
            cut = tokens(statement.core)
            self._prepared[cut[1].name or ""] = named_in(cut)
        if self._changed and _reads(effect):
            self._refuse(statement)
        if effect.kind in KEPT and effect.target and effect.action in ("create", "drop", "rename"):
            self._keep(statement, effect.target)
        if changes_past(statement):
            self._changed.update(dict.fromkeys(effect.names))

    def _keep(self, statement: Statement, target: Name) -> None:
        effect, past, named = statement.effect, statement.past, named_in(tokens(statement.core))
        if effect.temporary:
            self._hidden.add(target.name)
        elif effect.action == "rename":
            named = frozenset({Named("function" if effect.kind == "macro" else "relation", (target.name,))})
        elif target.name not in self._hidden:
            self._gone.add((effect.kind, target))
            self._new = [kept for kept in self._new if not kept.is_gone({(effect.kind, target)})]
        if effect.action != "drop":
            self._new.append(_Kept(effect.kind, effect.names[-1], past, named))
        self._readers = None

    def _refuse(self, statement: Statement) -> None:
        if self._readers is None:
            self._readers = _Readers([*self._read_committed(), *self._new])
        found = list(self._readers.of(self._changed))
        if not found:
            return
        cut = tokens(statement.core)
        named = self._prepared[cut[1].name or ""] if statement.keyword == "EXECUTE" else named_in(cut)
        for item in found:
            if self._readers.is_among(item, named):
                raise CorruptsLake(
                    f"the {item.kind} {item.name.name} reads the past of a table that the same transaction has "
                    "changed, and would read the table as the transaction leaves it in this build of DuckLake; read "
                    f"the {item.kind} into a temporary table before the first change, or put the change into a "
                    "migration of its own (not --transaction all)"
                )

    def _read_committed(self) -> Iterator[_Kept]:
        """Those that are not replaced; none, unless there is one that reads a past."""
        is_new = any(kept.past for kept in self._new)
        if is_new not in self._committed:
            self._committed[is_new] = list(self._stored(always=is_new))
        return (kept for kept in self._committed[is_new] if not kept.is_gone(self._gone))

    def _stored(self, *, always: bool) -> Iterator[_Kept]:
        kinds = ("view", "macro", "macro_impl", "schema")
        query = _STORED.format(always=always, **{kind: self._lake.metadata(f"ducklake_{kind}") for kind in kinds})
        for kind, schema, called, sql in self._lake.connection.execute(query).fetchall():
            body = sql.replace("{DUCKLAKE_CATALOG}", name(self._lake.catalog))
            cut = tokens(body) if is_readable(body) else []
            past = past_names(cut, Home.of(self._lake.catalog, schema))
            yield _Kept(kind, Name((fold(schema),), fold(called)), past, named_in(cut))


class _Readers:
    """Tells which views and macros read the past of a table, themselves or through others."""

    def __init__(self, kept: Sequence[_Kept]) -> None:
        self._direct = [item for item in kept if item.past]
        self._naming: dict[str, list[_Kept]] = {}
        self._schemas = {schema for item in kept for schema in item.name.schemas}
        for item in kept if self._direct else ():
            for last in {named.parts[-1] for named in item.named}:
                self._naming.setdefault(last, []).append(item)

    def of(self, changed: Collection[Name]) -> Iterator[_Kept]:
        """Return those that read the past of one of these tables."""
        waiting = [
            item for item in self._direct if any(_may_be_one(past, one) for past in item.past for one in changed)
        ]
        found: set[int] = set()
        while waiting:
            item = waiting.pop()
            if id(item) not in found:
                found.add(id(item))
                yield item
                naming = self._naming.get(item.name.name, ())
                waiting += [other for other in naming if self.is_among(item, other.named)]

    def is_among(self, item: _Kept, named: frozenset[Named]) -> bool:
        """Whether one of the names may be the object's; `x.f()` may be a function of a column."""
        for one in named:
            if one.parts[-1] == item.name.name and (one.kind == "function") == (item.kind == "macro"):
                schema = one.parts[-2] if len(one.parts) > 1 else None
                if schema not in self._schemas or not item.name.schemas or schema in item.name.schemas:
                    return True
        return False


def _reads(effect: Effect) -> bool:
    return effect.writes_rows or effect.has_query or effect.action in _READS


def _may_be_one(one: Name, other: Name) -> bool:
    is_anywhere = not one.schemas or not other.schemas
    return one.name == other.name and (is_anywhere or bool({*one.schemas} & {*other.schemas}))
