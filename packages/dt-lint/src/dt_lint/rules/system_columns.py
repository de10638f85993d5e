"""Columns that only PostgreSQL refuses, so that a branch in a DuckDB file can't tell.

DuckLake makes a table there for the small rows of each table, with three columns of its own besides.
docs/ducklake-facts.md#only-postgresql-refuses
"""

from collections.abc import Iterator, Sequence

from dt_contract.errors import InputError
from dt_contract.identifiers import fold
from dt_lake.lake import Lake
from dt_lake.sql import literal
from dt_lake.tokens import tokens
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.rule import LakeWatch, OpenTransaction, Rule
from dt_lint.script.effect import Action
from dt_lint.script.statements import Script, Statement

_CODE = "DL511"
_SYSTEM = ("cmax", "cmin", "ctid", "tableoid", "xmax", "xmin")
_MOST = 1597
_NAMING: frozenset[Action] = frozenset({"create", "add_column", "rename_column"})
_UNDOING: frozenset[Action] = frozenset({"create", "drop", "drop_column", "rename", "rename_column"})
_HINT = "change the table, or keep no small rows in PostgreSQL: CALL lake.set_option('data_inlining_row_limit', 0)"
_LIMIT = "data_inlining_row_limit"
_REFUSED = f"""
SELECT schema_name, table_name, lower(column_name) FROM duckdb_columns()
WHERE database_name = {{lake}} AND lower(column_name) IN ({", ".join(map(literal, _SYSTEM))})
UNION ALL
SELECT schema_name, table_name, NULL FROM duckdb_columns() WHERE database_name = {{lake}}
GROUP BY ALL HAVING count(*) > {_MOST}
"""
_CONFLICTS = 'column name "{}" conflicts with a system column name'
_TOO_MANY = "tables can have at most 1600 columns"
_WITHOUT_INLINING = f"""
SELECT count(*) FROM system.main.ducklake_options({{lake}}) WHERE option_name = '{_LIMIT}' AND value = '0'
"""


def check_columns(scripts: Sequence[Script], lake: Lake | None, *, is_postgres: bool | None) -> None:
    """Raise InputError for a column that PostgreSQL will refuse, as far as the files tell, before anything runs.

    They tell if a column has the name, or a new table so many columns, and no later statement can change that. What a
    query makes is found by SystemColumns. `lake` is None if it doesn't exist yet, `is_postgres` if the lake says so.
    """
    if is_postgres is None and lake:
        is_postgres = lake.backend == "postgres"
    found = next(_certain(scripts), None) if is_postgres else None
    if found and not any(_LIMIT in fold(item.core) for script in scripts for item in script.statements):
        script, statement, refusal = found
        if lake is None or _keeps_small_rows(lake):
            place = f"{script.name}:{statement.line}"
            raise InputError(f"PostgreSQL can't store this: {refusal} ({_CODE})", place=place, hint=_HINT)


def _certain(scripts: Sequence[Script]) -> Iterator[tuple[Script, Statement, str]]:
    """The statements that make such columns, the last one first; names are compared without their schemas."""
    effects = [statement.effect for script in scripts for statement in script.statements]
    undone = {name.name for effect in effects if effect.temporary for name in effect.names}
    for script in reversed(scripts):
        for statement in reversed(script.statements):
            effect = statement.effect
            refusal = _refusal(statement)
            if refusal and effect.target and effect.target.name not in undone:
                yield script, statement, refusal
            if effect.kind == "schema" and effect.action == "drop":
                return
            if effect.action in _UNDOING:
                undone.update(name.name for name in effect.names)


def _refusal(statement: Statement) -> str | None:
    """What PostgreSQL says of the columns that a statement names, if it surely makes them in a table of the lake."""
    effect = statement.effect
    schemas = effect.target.schemas if effect.target else ()
    is_sure = schemas and not any("." in schema for schema in schemas) and statement.sql == statement.core
    if not is_sure or effect.temporary or effect.if_exists or effect.if_not_exists or statement.keyword == "PREPARE":
        return None
    names: list[str | None] = []
    match effect.action:
        case "add_column" if len(effect.path) == 1:
            names = [*effect.path]
        case "rename_column" if len(effect.path) == 1:
            names = [effect.new_name]
        case "create" if effect.creates == "table" and not effect.has_query:
            names = _columns(statement.core)
    refused = next((name for name in names if name in _SYSTEM), None)
    if refused:
        return _CONFLICTS.format(refused)
    return _TOO_MANY if len(names) > _MOST else None


def _columns(core: str) -> list[str | None]:
    """The names in the list of columns of a CREATE TABLE."""
    if core.count(",") < _MOST and not any(name in fold(core) for name in _SYSTEM):
        return []
    names, depth = [], 0
    is_first = False
    for token in tokens(core):
        if depth == 1 and is_first:
            names.append(token.name)
        is_first = (token.keyword == "(" and depth == 0) or (token.keyword == "," and depth == 1)
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.keyword, 0)
        if depth == 0 and token.keyword == ")":
            break
    return names


def _keeps_small_rows(lake: Lake) -> bool:
    return lake.connection.execute(_WITHOUT_INLINING.format(lake=literal(lake.catalog))).fetchone() == (0,)


class SystemColumns(LakeWatch):
    """Finds the statements that make such columns in the tables of a transaction."""

    def __init__(self, transaction: OpenTransaction) -> None:
        self._lake = transaction.lake
        self._is_postgres = transaction.backend == "postgres"
        self._suspects: list[tuple[Statement, set[str | None]]] = []

    def after(self, statement: Statement) -> None:
        """Take note of a statement that has run, if what it names may be refused."""
        effect = statement.effect
        if not self._is_postgres or effect.action not in _NAMING or effect.kind in ("macro", "view"):
            return
        found = tokens(statement.core)
        names: set[str | None] = {token.name for token in found if token.name in _SYSTEM}
        if len(found) > _MOST:
            names.add(None)
        if names:
            self._suspects.append((statement, names))

    def at_commit(self) -> None:
        """Raise CorruptsLake with what PostgreSQL would say, unless no small rows are kept there."""
        for statement, refusal in self._refused():
            raise CorruptsLake(f"PostgreSQL can't store this: {refusal}", _CODE, statement)

    def _refused(self) -> Iterator[tuple[Statement, str]]:
        if not self._suspects or not _keeps_small_rows(self._lake):
            return
        rows = self._lake.connection.execute(_REFUSED.format(lake=literal(self._lake.catalog))).fetchall()
        for statement, names in self._suspects:
            for schema, table, column in rows:
                if column in names and any(name.may_be(schema, table) for name in statement.effect.names):
                    yield statement, _CONFLICTS.format(column) if column else _TOO_MANY


RULE = Rule(_CODE, "columns that PostgreSQL can't store", watch=SystemColumns)
