"""Schemas, views and macros that were lost and are there again: they are the same by their names. Pure."""

from collections.abc import Iterator

from msgspec.structs import replace

from dt_contract.identifiers import fold
from dt_contract.schema import SchemaDocument
from ducktracker.change.inverse import Step

_Name = tuple[str, ...]


def with_ids_by_name(step: Step, live: SchemaDocument) -> Step:
    """Return the step with the live ids of those that it left, and that are in the lake under another id now."""
    there = dict(_named(live))
    ids = set(there.values())
    now = {key: there[name] for name, key in _named(step.after) if key not in ids and name in there}
    return Step(_renumbered(step.before, now), _renumbered(step.after, now)) if now else step


def _named(schema: SchemaDocument) -> Iterator[tuple[_Name, int]]:
    for item in schema.schemas:
        yield ("schema", fold(item.name)), item.id or 0
    for view in schema.views:
        yield ("view", fold(view.schema), fold(view.name)), view.id or 0
    for macro in schema.macros:
        yield (macro.kind, fold(macro.schema), fold(macro.name)), macro.id or 0


def _renumbered(schema: SchemaDocument, now: dict[int, int]) -> SchemaDocument:
    return replace(
        schema,
        schemas=tuple(replace(item, id=now.get(item.id or 0, item.id)) for item in schema.schemas),
        views=tuple(replace(item, id=now[item.id], uuid=None) if item.id in now else item for item in schema.views),
        macros=tuple(replace(item, id=now.get(item.id or 0, item.id)) for item in schema.macros),
    )
