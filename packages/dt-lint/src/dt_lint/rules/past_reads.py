"""The past of a table, read in a transaction that has changed the table: DuckLake reads the uncommitted table.

Of `t AT (VERSION => n)`, of the functions that list what snapshots changed, and of views and
macros whose bodies hold these (docs/ducklake-facts.md#past-in-a-transaction).
"""

from collections.abc import Iterator, Sequence

from dt_config.config import Migrations
from dt_contract.identifiers import fold
from dt_lake.sql import name
from dt_lake.sqltext import is_readable
from dt_lake.tokens import tokens
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.rule import Found, LakeWatch, OpenTransaction, Rule
from dt_lint.script.effect import Effect
from dt_lint.script.names import Home, Name, SameObjects
from dt_lint.script.past_names import past_names
from dt_lint.script.past_readers import KeptQuery, PastReaders
from dt_lint.script.query_names import Named, named_in
from dt_lint.script.statements import Script, Statement

_CODE = "DL410"
_CHANGES = {"add_column", "alter_type", "create", "drop", "drop_column", "rename", "rename_column"}
_KEPT = {"view", "macro"}
"""What keeps the text of a query, and reads nothing yet."""
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


def _check(scripts: Sequence[Script], _: Migrations) -> Iterator[Found]:
    statements = [(script, statement) for script in scripts for statement in script.statements]
    named = [name for _script, statement in statements for name in (*statement.effect.names, *statement.past)]
    same = SameObjects(named)
    changed: set[tuple[str, str]] = set()
    for script, statement in statements:
        is_only_kept = statement.effect.action == "create" and statement.effect.kind in _KEPT
        read = [name for name in statement.past if same.key(name) in changed]
        if read and not is_only_kept:
            yield Found(
                "reads the past of a table that the same transaction has changed: this DuckLake would read the table "
                "as the transaction leaves it",
                script,
                statement.line,
                read[0],
                "read the past into a temporary table before the first change, or put the change into a migration "
                "of its own, not --transaction all",
            )
        if _changes_past(statement):
            changed.update(map(same.key, statement.effect.names))


class PastViews(LakeWatch):
    """Follows which tables have changed, and asks the lake for views and macros once there is something to read.

    A name that a TEMP view or macro hides is taken for any of those that bear it.
    """

    def __init__(self, transaction: OpenTransaction) -> None:
        self._lake = transaction.lake
        self._changed: dict[Name, None] = {}
        self._new: list[KeptQuery] = []
        self._gone: set[tuple[str, Name]] = set()
        self._hidden: set[str] = set()
        self._prepared: dict[str, frozenset[Named]] = {}
        self._committed: dict[bool, list[KeptQuery]] = {}
        self._readers: PastReaders | None = None

    def before(self, statement: Statement) -> None:
        """Raise CorruptsLake if the statement would read the past of a table that the transaction has changed."""
        effect = statement.effect
        if statement.keyword == "PREPARE":
            cut = tokens(statement.core)
            self._prepared[cut[1].name or ""] = named_in(cut)
        if self._changed and _reads(effect):
            self._refuse(statement)
        if effect.kind in _KEPT and effect.target and effect.action in ("create", "drop", "rename"):
            self._keep(statement, effect.target)
        if _changes_past(statement):
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
            self._new.append(KeptQuery(effect.kind, effect.names[-1], past, named))
        self._readers = None

    def _refuse(self, statement: Statement) -> None:
        if self._readers is None:
            self._readers = PastReaders([*self._read_committed(), *self._new])
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
                    "migration of its own (not --transaction all)",
                    _CODE,
                )

    def _read_committed(self) -> Iterator[KeptQuery]:
        """Those that are not replaced; none, unless there is one that reads a past."""
        is_new = any(kept.past for kept in self._new)
        if is_new not in self._committed:
            self._committed[is_new] = list(self._stored(always=is_new))
        return (kept for kept in self._committed[is_new] if not kept.is_gone(self._gone))

    def _stored(self, *, always: bool) -> Iterator[KeptQuery]:
        kinds = ("view", "macro", "macro_impl", "schema")
        query = _STORED.format(always=always, **{kind: self._lake.metadata(f"ducklake_{kind}") for kind in kinds})
        for kind, schema, called, sql in self._lake.connection.execute(query).fetchall():
            body = sql.replace("{DUCKLAKE_CATALOG}", name(self._lake.catalog))
            cut = tokens(body) if is_readable(body) else []
            past = past_names(cut, Home.of(self._lake.catalog, schema))
            yield KeptQuery(kind, Name((fold(schema),), fold(called)), past, named_in(cut))


def _reads(effect: Effect) -> bool:
    return effect.writes_rows or effect.has_query or effect.action in _READS


def _changes_past(statement: Statement) -> bool:
    """Return whether the past reads otherwise after it; not after a comment, a default, keys or NOT NULL."""
    effect = statement.effect
    return statement.keyword != "PREPARE" and (effect.writes_rows or effect.action in _CHANGES)


RULE = Rule(_CODE, "the past of a table that has changed", _check, PastViews)
