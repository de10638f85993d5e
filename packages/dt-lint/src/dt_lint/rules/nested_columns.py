"""A nested column that one transaction adds and then changes: ADD COLUMN s STRUCT(…), then s or s.a again.

DuckLake keeps a column that a transaction adds as one entry with all its fields. What then changes a field finds no
entry of that (duckdb/ducklake, ducklake_transaction_state.cpp, CancelOrDropField), and what changes the column itself
enters it again without its fields. COMMIT succeeds, and the lake may not even load again.
docs/ducklake-facts.md#nested-column-changed-again
"""

from collections.abc import Iterator, Sequence

import duckdb
import msgspec
from duckdb.sqltypes import DuckDBPyType

from dt_config.config import Migrations
from dt_contract.identifiers import fold
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.rule import Found, LakeWatch, OpenTransaction, Rule
from dt_lint.script.effect import ALTERS_COLUMN, Effect
from dt_lint.script.names import Name
from dt_lint.script.statements import Script, Statement
from dt_lint.script.tables import Path, Tables, column_types, renamed_paths

_CODE = "DL402"
_NESTED = {"struct", "list", "map"}


class _Table(msgspec.Struct):
    committed: Name | None
    added: set[Path] = msgspec.field(default_factory=set)
    types: dict[Path, str] = msgspec.field(default_factory=dict)
    """Of the columns in `added` that are as they were added, or have only more fields."""
    fields: set[Path] = msgspec.field(default_factory=set)
    """Those that came to a column in `added` by ADD COLUMN: they are entries of their own."""


def _check(scripts: Sequence[Script], _: Migrations) -> Iterator[Found]:
    tables = Tables(scripts, _Table)
    for script in scripts:
        for statement in script.statements:
            effect = statement.effect
            table = tables.follow(effect)
            if table is None or effect.action not in ALTERS_COLUMN:
                continue
            is_of_field = _is_of_field(effect, table.fields)
            before = table.types.get(effect.path, "")
            is_retyped = effect.action == "alter_type" and not is_of_field
            if is_retyped and _only_adds(before, effect.nested_type):
                table.types[effect.path] = effect.nested_type
            elif is_of_field:
                table.fields = renamed_paths(table.fields, effect)
            elif _changes_again(effect, table.added):
                yield Found(
                    "changes a nested column that the same transaction added: this DuckLake would lose fields, "
                    "and might not load the lake again",
                    script,
                    statement.line,
                    effect.target,
                    "add it in its final form, or change it in a migration of its own, not --transaction all",
                )
            if effect.action == "add_column" and effect.adds_nested:
                if effect.path not in table.added:
                    table.types[effect.path] = effect.nested_type
                table.added.add(effect.path)
            if effect.action == "add_column" and len(effect.path) > 1 and not effect.if_not_exists:
                table.fields.add(effect.path)


class NestedTypes(LakeWatch):
    """Finds the same of a field that ALTER … TYPE adds: only the lake knows which fields the column had."""

    def __init__(self, transaction: OpenTransaction) -> None:
        self._lake = transaction.lake
        self._tables = Tables(transaction.scripts, _Table)
        self._before: set[Path] = set()

    def before(self, statement: Statement) -> None:
        """Take note of the type that a column has before it is altered."""
        if _retypes_nested(statement.effect):
            self._before = self._nested_paths(statement.effect)

    def after(self, statement: Statement) -> None:
        """Raise CorruptsLake if the statement has changed a field that the transaction added."""
        effect = statement.effect
        table = self._tables.follow(effect)
        if table is None or effect.action not in ALTERS_COLUMN:
            return
        if _changes_again(effect, table.added):
            raise CorruptsLake(
                "changes a nested field that the same transaction added, which loses fields or the whole lake in this "
                "build of DuckLake; add it in its final form, or change it in a migration of its own (not "
                "--transaction all)",
                _CODE,
            )
        if _retypes_nested(effect):
            table.added |= self._nested_paths(effect) - self._before

    def _nested_paths(self, effect: Effect) -> set[Path]:
        """The paths of the column that a statement alters, and of fields in it, that are of a nested type."""
        assert effect.target is not None
        return {
            (column, *path)
            for _, column, text in column_types(self._lake, effect.target, effect.path[0])
            for path in _nested(duckdb.sqltype(text))
        }


def _retypes_nested(effect: Effect) -> bool:
    return effect.action == "alter_type" and effect.adds_nested


def _nested(found: DuckDBPyType) -> set[Path]:
    if found.id not in _NESTED:
        return set()
    children = [(fold(field), child) for field, child in found.children if isinstance(child, DuckDBPyType)]
    inner = {(field, *path) for field, child in children for path in _nested(child)}
    return {(), *inner}


def _is_of_field(effect: Effect, fields: set[Path]) -> bool:
    return effect.action != "add_column" and any(_is_in(effect.path, field) for field in fields)


def _only_adds(before: str, after: str) -> bool:
    """Whether a type has all that another has, in its place, and perhaps more fields; False if one is not known."""
    return bool(before and after) and _has_all(duckdb.sqltype(before), duckdb.sqltype(after))


def _has_all(before: object, after: object) -> bool:
    if not isinstance(before, DuckDBPyType) or not isinstance(after, DuckDBPyType) or before.id not in _NESTED:
        return before == after
    if before.id != after.id:
        return False
    found = dict(after.children)
    return all(field in found and _has_all(child, found[field]) for field, child in before.children)


def _changes_again(effect: Effect, added: set[Path]) -> bool:
    """Whether it changes one of the columns in `added`, which are kept up to date.

    To add a field to one is right, and so is to drop it as a whole. DuckLake adds a field in entries of their own.
    """
    action, path = effect.action, effect.path
    if action != "add_column" and any(_is_in(path, old) and (action, path) != ("drop_column", old) for old in added):
        return True
    inner = {old for old in added if _is_in(old, path)}
    if action == "alter_type" and inner:
        return True
    if action in ("drop_column", "rename_column"):
        added -= inner
    if action == "rename_column":
        added |= {(*path[:-1], effect.new_name, *old[len(path) :]) for old in inner}
    return False


def _is_in(path: Path, other: Path) -> bool:
    return path[: len(other)] == other


RULE = Rule(_CODE, "a new nested column is changed again", _check, NestedTypes)
