"""Which objects of the lake a change is about. Pure.

A change names its object; the lake knows objects by ids, which survive renames.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dt_contract.diff import Change
from dt_contract.schema import Column, SchemaDocument
from dt_diff.definition import macro_definition
from dt_diff.names import full_name, quote

Key = tuple[int, int | None]
"""The id of a schema, table, view or macro, and that of a column in its table."""
_Names = dict[tuple[str, str], set[Key]]


class Located(NamedTuple):
    """A change with the keys of its object on both sides, and those of what is in it."""

    change: Change
    keys: frozenset[Key]
    inner: frozenset[Key]


def locate(changes: Sequence[Change], before: SchemaDocument, after: SchemaDocument) -> list[Located]:
    """Return the changes that lead from one schema to another, each with its keys; options have none."""
    if not changes:
        return []
    old, new, inner = _names_before(before, after), _names(after), _inner(before) | _inner(after)
    located = []
    for change in changes:
        keys = _keys(change, old, new)
        located.append(Located(change, frozenset(keys), frozenset(key for top in keys for key in inner.get(top, ()))))
    return located


def _keys(change: Change, old: _Names, new: _Names) -> set[Key]:
    kind_before: str = change.object
    kind_after: str = change.object
    if change.object == "macro":
        kind_before, kind_after = _macro(change.before), _macro(change.after)
    now = new.get((kind_after, change.name), set())
    match change.change:
        case "removed":
            return old.get((kind_before, change.name), set())
        case "added":
            return now
        case _ if change.object in ("view", "macro"):
            was = change.before if change.change == "renamed" else change.name
            return now | old.get((kind_before, was or ""), set())
        case _:
            return now


def _macro(definition: str | None) -> str:
    """A scalar and a table macro may share a name, but no definition."""
    return f"macro {definition}"


def _names(schema: SchemaDocument) -> _Names:
    names = _names_of_wholes(schema)
    for table in schema.tables:
        for path, column in _columns(full_name(table.schema, table.name), table.columns, {}):
            names.setdefault(("column", path), set()).add((table.id or 0, column.id))
    return names


def _names_before(before: SchemaDocument, after: SchemaDocument) -> _Names:
    """A removed column goes by the name that its table has now, and a removed field by that of its column."""
    names = _names_of_wholes(before)
    tables = {table.id: table for table in after.tables}
    for table in before.tables:
        now = tables.get(table.id, table)
        renamed = {column.id: column.name for _, column in _columns("", now.columns, {})}
        for path, column in _columns(full_name(now.schema, now.name), table.columns, renamed):
            names.setdefault(("column", path), set()).add((table.id or 0, column.id))
    return names


def _names_of_wholes(schema: SchemaDocument) -> _Names:
    names: _Names = {}
    for item in schema.schemas:
        names.setdefault(("schema", quote(item.name)), set()).add((item.id or 0, None))
    for kind, wholes in (("table", schema.tables), ("view", schema.views)):
        for whole in wholes:
            names.setdefault((kind, full_name(whole.schema, whole.name)), set()).add((whole.id or 0, None))
    for macro in schema.macros:
        kind = _macro(macro_definition(macro))
        names.setdefault((kind, full_name(macro.schema, macro.name)), set()).add((macro.id or 0, None))
    return names


def _columns(parent: str, columns: Sequence[Column], renamed: dict[int | None, str]) -> Iterator[tuple[str, Column]]:
    """Each column and field with its path, of which each part may be `renamed`, but for the last one."""
    for column in columns:
        yield f"{parent}.{quote(column.name)}", column
        yield from _columns(f"{parent}.{quote(renamed.get(column.id, column.name))}", column.fields, renamed)


def _inner(schema: SchemaDocument) -> dict[Key, set[Key]]:
    """The columns and fields in each table and in each column."""
    inner: dict[Key, set[Key]] = {}
    for table in schema.tables:
        top = (table.id or 0, None)
        for _, column in _columns("", table.columns, {}):
            key = (table.id or 0, column.id)
            inner.setdefault(top, set()).add(key)
            if column.fields:
                inner[key] = {(table.id or 0, field.id) for _, field in _columns("", column.fields, {})}
    return inner
