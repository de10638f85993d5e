"""Rows of the lake that statements of a plan delete or overwrite. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dt_contract.identifiers import fold
from dt_contract.plan import PlannedRows
from dt_contract.schema import Table
from dt_diff.names import full_name
from dt_lake.tokens import tokens
from dt_lint.script.effect import Effect
from dt_lint.script.names import Name
from dt_lint.script.statements import Script, Statement
from dt_lint.script.words import Words

_Tables = dict[tuple[str, str], str]


class LostRows(NamedTuple):
    """A statement, the name of the table before the plan, and how many rows; `rule` is the code of the lint rule."""

    script: Script
    statement: Statement
    table: str
    rule: str
    detail: str


def lost_rows(
    scripts: Sequence[Script], tables: Sequence[Table], rows: Mapping[int, PlannedRows]
) -> Iterator[LostRows]:
    """Return what DELETE, TRUNCATE, a MERGE that deletes, and UPDATE without WHERE do to tables that were there before.

    `rows` are those that statements changed, by their `id`; what has none was not tried.
    """
    there: _Tables = {(fold(item.schema), fold(item.name)): full_name(item.schema, item.name) for item in tables}
    for script in scripts:
        for statement in script.statements:
            effect = statement.effect
            changed = rows.get(id(statement))
            lost = _lost(statement, changed) if changed else None
            key = _key(there, effect.target) if effect.target else None
            if lost and key:
                yield LostRows(script, statement, there[key], *lost)
            _follow(there, effect, key)


def _lost(statement: Statement, rows: PlannedRows) -> tuple[str, str] | None:
    found = tokens(statement.core)
    has_where = statement.effect.action == "merge" or "WHERE" in Words(found).outer()
    is_all = statement.keyword != "EXECUTE" and not has_where
    if rows.deleted:
        return "DL107" if is_all else "DL106", f"{counted(rows.deleted, 'row')} deleted"
    if rows.updated and is_all:
        return "DL107", f"{counted(rows.updated, 'row')} updated without WHERE"
    if rows.merged and any(token.keyword == "DELETE" for token in found):
        return "DL106", f"up to {counted(rows.merged, 'row')} deleted"
    return None


def counted(number: int, noun: str) -> str:
    """Return `1 row` or `2 rows`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _key(there: _Tables, target: Name) -> tuple[str, str] | None:
    if target.schemas:
        return next(((schema, target.name) for schema in target.schemas if (schema, target.name) in there), None)
    return next((key for key in there if key[1] == target.name), None)


def _follow(there: _Tables, effect: Effect, key: tuple[str, str] | None) -> None:
    if effect.kind == "schema" and effect.action == "drop" and effect.target:
        for gone in [found for found in there if found[0] == effect.target.name]:
            del there[gone]
    elif key and (effect.action in ("drop", "rename") or (effect.action == "create" and effect.or_replace)):
        name = there.pop(key)
        if effect.action == "rename":
            there[key[0], effect.new_name] = name
