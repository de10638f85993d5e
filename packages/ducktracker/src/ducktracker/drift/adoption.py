"""Applies to the expected schema what statements state that found their work done. Pure.

It is as if they had run where nobody did anything by hand: what is expected already stays as it is, what is not
becomes expected as it was stated, by the identity of what is there, and what was lost and stated to be gone is expected
no more.
Statements that the lake shows a trace of are not applied here.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from dt_contract.identifiers import fold
from dt_contract.schema import Column, Macro, Schema, SchemaDocument, Table, View
from dt_diff.columns import nesting
from ducktracker.drift.carry_over import Nested, taking_place, with_id
from ducktracker.drift.expected_schema import ExpectedSchema, Lives
from ducktracker.drift.objects import Objects
from ducktracker.drift.stated_objects import Restated, find_column

_Object = TypeVar("_Object", Schema, Table, View, Macro)
_Inner = TypeVar("_Inner", View, Macro)
Note = tuple[int, int | None, str]
"""The id of an object, that of a column in it, and the script that states it too, though it is not known how."""


class Unknown(Exception):
    """It is not known what a statement would have made."""


class Step(NamedTuple):
    """A lake snapshot of ours: what the statements name, before and after it."""

    before: SchemaDocument
    after: SchemaDocument
    lives: Lives
    nested: Nested


class Adopted(NamedTuple):
    """The tables that statements of a step name, and what they state of them; notes on what is not known."""

    tables: set[int]
    stated: set[tuple[int, int | None, str]]
    notes: set[Note]
    unstated: set[tuple[int, int | None, str]]
    """What the lake shows a trace of that means nothing."""


def adopt(expected: ExpectedSchema, statements: Iterable[Restated], step: Step) -> Adopted:
    """Apply what statements state to the expected schema."""
    adopted = Adopted(set(), set(), set(), set())
    for item in statements:
        if item.states == "gone" and not item.path:
            _gone(expected, item, step)
        elif item.states == "there" and not item.path:
            _there(expected, item, step, adopted)
        else:
            _in_table(expected, item, step, adopted)
    return adopted


def _same(item: Restated, before: Iterable[_Object], after: Iterable[_Object]) -> _Object | None:
    """The object that has the name before the step, unless another one has it after that."""
    was, now = item.find(before), item.find(after)
    return was if was and (now is None or was.id == now.id) else None


def _there(expected: ExpectedSchema, item: Restated, step: Step, adopted: Adopted) -> None:
    before, after = step.before, step.after
    match item.kind:
        case "schema":
            schema = _same(item, before.schemas, after.schemas)
            if schema and not expected.schemas.named(schema):
                expected.schemas.put(schema)
        case "table":
            table = _same(item, before.tables, after.tables)
            if table:
                _there_table(expected, item, table, step, adopted)
        case "view":
            view = _same(item, before.views, after.views)
            if view:
                _there_by_name(expected.views, item, view, item.view, adopted)
        case "macro":
            macro = _same(item, before.macros, after.macros)
            if macro:
                _there_by_name(expected.macros, item, macro, item.macro, adopted)


def _there_table(expected: ExpectedSchema, item: Restated, table: Table, step: Step, adopted: Adopted) -> None:
    own = expected.tables.by_id.get(table.id or 0)
    if own is None:
        own = expected.in_place(table, table, step.lives)
        if own is None and item.table:
            own = taking_place(replace(item.table, schema=table.schema, name=table.name), table)
        if own is not None:
            expected.free(table, step.lives)
            expected.tables.put(own)
    if own is None or (fold(own.schema), fold(own.name)) != (fold(table.schema), fold(table.name)):
        adopted.notes.add((table.id or 0, None, item.script))


def _there_by_name(
    kind: Objects[_Inner], item: Restated, live: _Inner, stated: _Inner | None, adopted: Adopted
) -> None:
    if kind.named(live):
        return
    if stated is None or (live.id or 0) in kind.by_id:
        adopted.notes.add((live.id or 0, None, item.script))
        return
    named = replace(stated, id=live.id, schema=live.schema, name=live.name)
    kind.put(replace(named, uuid=live.uuid) if isinstance(live, View) else named)


def _gone(expected: ExpectedSchema, item: Restated, step: Step) -> None:
    before, after = step.before, step.after
    match item.kind:
        case "schema":
            schema = _pop(expected.schemas, item, before.schemas, after.schemas)
            if schema:
                expected.empty(schema.name, step.lives)
        case "table":
            _pop(expected.tables, item, before.tables, after.tables)
        case "view":
            _pop(expected.views, item, before.views, after.views)
        case "macro":
            _pop(expected.macros, item, before.macros, after.macros)


def _pop(kind: Objects[_Object], item: Restated, before: Iterable[_Object], after: Iterable[_Object]) -> _Object | None:
    """Remove what a statement says is gone, and return it; what the step itself drops is not removed here."""
    is_there = item.find(before) or item.find(after)
    found = None if is_there else item.find(kind.by_id.values())
    if found:
        kind.pop(found.id or 0)
    return found


def _by_id(tables: Iterable[Table], like: Table | None) -> Table | None:
    return next((table for table in tables if like and table.id == like.id), None)


def _in_table(expected: ExpectedSchema, item: Restated, step: Step, adopted: Adopted) -> None:
    """A statement that alters a table; where the step renamed that, it may state a property of it all the same."""
    named = _same(item, step.before.tables, step.after.tables)
    was, now = (_by_id(side.tables, named or item.find(step.after.tables)) for side in (step.before, step.after))
    table = was or now
    if table is None:
        return
    if item.states not in ("there", "gone"):
        column = find_column((now or table).columns, item.path) or find_column(table.columns, item.path)
        column_id = column.id if column else None
        adopted.tables.add(table.id or 0)
        if item.states == "no default":
            adopted.unstated.add((table.id or 0, column_id, "default"))
        else:
            adopted.stated.add((table.id or 0, column_id, item.states))
        return
    own = expected.in_place(was, now, step.lives) if was and now else None
    if own is None or was is None or now is None:
        return
    live, after = find_column(was.columns, item.path), find_column(now.columns, item.path)
    try:
        if item.states == "there" and live and (after is None or live.id == after.id):
            own = replace(own, columns=_with_column(own.columns, was.columns, item.path, item.column, step.nested))
        elif item.states == "gone" and not live and not after:
            own = replace(own, columns=_without_column(own.columns, was.columns, item.path, step.nested))
    except Unknown:
        adopted.notes.add((table.id or 0, live.id if live else None, item.script))
    expected.tables.put(own)


def _with_column(
    columns: Sequence[Column], live: Sequence[Column], path: Sequence[str], stated: Column | None, nested: Nested
) -> tuple[Column, ...]:
    """With a column at a path of names: what is stated of it, unless one of its name is expected."""
    found = find_column(live, path[:1])
    if found is None:
        return tuple(columns)
    if len(path) > 1:
        return _within(
            columns, found, lambda fields: _with_column(fields, found.fields, path[1:], stated, nested), nested
        )
    named = next((column for column in columns if fold(column.name) == path[0]), None)
    if named is not None:
        is_lost = named.id not in {column.id for column in live}
        own = with_id(named, found) if is_lost else named
        return tuple(own if column is named else column for column in columns)
    if stated is None or found.id in {column.id for column in columns}:
        raise Unknown
    return (*columns, replace(with_id(stated, found), name=found.name))


def _without_column(
    columns: Sequence[Column], live: Sequence[Column], path: Sequence[str], nested: Nested
) -> tuple[Column, ...]:
    if len(path) == 1:
        return tuple(column for column in columns if fold(column.name) != path[0])
    found = find_column(live, path[:1])
    if found is None:
        return tuple(columns)
    return _within(columns, found, lambda fields: _without_column(fields, found.fields, path[1:], nested), nested)


def _within(
    columns: Sequence[Column], live: Column, change: Callable[[Sequence[Column]], tuple[Column, ...]], nested: Nested
) -> tuple[Column, ...]:
    """With other fields in the expected column that is a live one."""
    return tuple(
        _with_fields(column, change(column.fields), nested) if column.id == live.id else column for column in columns
    )


def _with_fields(column: Column, fields: tuple[Column, ...], nested: Nested) -> Column:
    if not fields or fields == column.fields:
        return column
    return replace(column, fields=fields, type=nested(nesting(column), fields))
