"""The inverse of what a lake snapshot did, applied to the schema as it is now; and what stands on it. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from dt_contract.diff import Change
from dt_contract.schema import Column, SchemaDocument
from dt_diff.compare import compare
from ducktracker.drift.carry_over import Nested, Rules
from ducktracker.drift.expected_schema import ExpectedSchema
from ducktracker.drift.object_ids import Key, locate

Successors = Mapping[Key, int]
"""The id that an object, or a column of one, has now, by the ids under which it was lost."""


class Step(NamedTuple):
    """What a lake snapshot touched, as it was before and after."""

    before: SchemaDocument
    after: SchemaDocument


def taken_back(live: SchemaDocument, step: Step, nested: Nested) -> SchemaDocument:
    """Return the live schema with what the step changed as it was before; everything else stays."""
    ids = _ids(live)
    folded = ExpectedSchema(live)
    folded.apply(step.after, step.before, lambda key: key in ids, Rules(nested))
    return folded.document()


def in_the_way(live: SchemaDocument, step: Step) -> list[Change]:
    """Return the later changes of what the step itself changed."""
    touched = _ids(step.before) | _ids(step.after)
    now = _only(live, touched)
    own = locate(_changes(step.before, step.after), step.before, step.after)
    mine = {key for item in own for key in item.keys}
    made = {key for item in own if item.change.change == "added" for key in (*item.keys, *item.inner)}
    later = locate(_changes(step.after, now), step.after, now)
    return [
        item.change
        for item in later
        if not is_order_only(item.change) and (item.keys & (mine | made) or _is_inside(item.keys, made))
    ]


def renumbered(schema: SchemaDocument, successors: Successors) -> SchemaDocument:
    """Return a schema of the past with the ids that its objects have since they came back."""
    if not successors:
        return schema
    return replace(
        schema,
        schemas=tuple(replace(item, id=_now(item.id, successors)) for item in schema.schemas),
        tables=tuple(
            replace(
                table,
                id=_now(table.id, successors),
                uuid=table.uuid if _now(table.id, successors) == table.id else None,
                columns=tuple(_columns(table.columns, table.id or 0, successors)),
            )
            for table in schema.tables
        ),
    )


def _columns(columns: Sequence[Column], table_id: int, successors: Successors) -> Iterator[Column]:
    for column in columns:
        key = successors.get((table_id, column.id), column.id)
        yield replace(column, id=key, fields=tuple(_columns(column.fields, table_id, successors)))


def _now(object_id: int | None, successors: Successors) -> int | None:
    return successors.get((object_id or 0, None), object_id)


def _changes(before: SchemaDocument, after: SchemaDocument) -> Sequence[Change]:
    return compare(before, after, expected_name="before", actual_name="after").changes


def _is_inside(keys: Iterable[Key], made: Collection[Key]) -> bool:
    """Whether a change is of a column in a table that the step made."""
    return any((table, None) in made for table, _ in keys)


def is_order_only(change: Change) -> bool:
    """Whether nothing but the order of columns differs."""
    return change.change == "modified" and {detail.field for detail in change.details} == {"column_order"}


def only(schema: SchemaDocument, step: Step) -> SchemaDocument:
    """Return what a step touched, of a schema."""
    return _only(schema, _ids(step.before) | _ids(step.after))


def _only(schema: SchemaDocument, ids: set[int]) -> SchemaDocument:
    return replace(
        schema,
        schemas=tuple(item for item in schema.schemas if item.id in ids),
        tables=tuple(item for item in schema.tables if item.id in ids),
        views=tuple(item for item in schema.views if item.id in ids),
        macros=tuple(item for item in schema.macros if item.id in ids),
        options=None,
    )


def _ids(schema: SchemaDocument) -> set[int]:
    kinds = (schema.schemas, schema.tables, schema.views, schema.macros)
    return {item.id for kind in kinds for item in kind if item.id is not None}
