"""What a revert brought back, in the expected schema: it is expected as before, by the identity that it has now. Pure.

A revert states nothing new. What is not as it is expected after it, such as a NOT NULL that could not return, is still
drift. Only the order of columns is taken from the lake: what comes back stands behind the others.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from dt_contract.identifiers import fold
from dt_contract.schema import Column, SchemaDocument, Table
from dt_diff.columns import nesting
from ducktracker.drift.carry_over import Nested, keys_under_other_names, taking_place, with_id
from ducktracker.drift.expected_schema import ExpectedSchema, Lives
from ducktracker.drift.objects import Objects, T


def come_back(
    expected: ExpectedSchema, before: SchemaDocument, after: SchemaDocument, lives: Lives, nested: Nested
) -> None:
    """Apply a revert: what it touched, as it was before and after; `lives` says what is in the lake then."""
    # A schema is nothing but its name.
    _identify(expected.schemas, (), after.schemas, lives)
    was = {table.id: table for table in before.tables}
    for table in after.tables:
        own, former = expected.tables.by_id.get(table.id or 0), was.get(table.id)
        if own is not None and former is not None:
            expected.tables.put(_with_columns(own, former, table, nested))
        elif former is None:
            _replace_table(expected, table, lives)
    _identify(expected.views, before.views, after.views, lives)
    _identify(expected.macros, before.macros, after.macros, lives)


def _replace_table(expected: ExpectedSchema, table: Table, lives: Lives) -> None:
    for lost in expected.tables.named(table):
        if not lives(lost.id or 0):
            expected.tables.pop(lost.id or 0)
            expected.moved[lost.id or 0] = table.id or 0
            expected.tables.put(taking_place(lost, table))
            return


def _identify(kind: Objects[T], before: Sequence[T], after: Sequence[T], lives: Lives) -> None:
    """What was made under the name of something lost takes its place."""
    was = {item.id for item in before}
    for item in after:
        for lost in kind.named(item) if item.id not in was else ():
            if not lives(lost.id or 0):
                kind.pop(lost.id or 0)
                same = {"uuid": item.uuid} if hasattr(item, "uuid") else {}
                kind.put(replace(lost, id=item.id, **same))


def _with_columns(expected: Table, before: Table, after: Table, nested: Nested) -> Table:
    columns = _columns(expected.columns, before.columns, after.columns, nested)
    merged = replace(expected, columns=columns)
    return replace(
        merged,
        partition_by=keys_under_other_names(expected.partition_by, expected, merged),
        sorted_by=keys_under_other_names(expected.sorted_by, expected, merged),
    )


def _columns(
    expected: Sequence[Column], before: Sequence[Column], after: Sequence[Column], nested: Nested
) -> tuple[Column, ...]:
    was, now = {column.id: column for column in before}, {column.id for column in after}
    columns = list(expected)
    for new in after:
        former = was.get(new.id)
        if former is None:
            lost = (place for place, item in enumerate(columns) if _is_lost(item, now) and _same(item, new))
            place = next(lost, None)
            if place is not None:
                columns.append(with_id(columns.pop(place), new))
            continue
        place = next((place for place, item in enumerate(columns) if item.id == new.id), None)
        if place is not None and new.fields and nesting(columns[place]) == nesting(new) == nesting(former):
            own = columns[place]
            fields = _columns(own.fields, former.fields, new.fields, nested)
            if fields != own.fields:
                columns[place] = replace(own, fields=fields, type=nested(nesting(own), fields))
    return tuple(columns)


def _is_lost(column: Column, now: set[int | None]) -> bool:
    return column.id is None or column.id not in now


def _same(first: Column, second: Column) -> bool:
    return fold(first.name) == fold(second.name)
