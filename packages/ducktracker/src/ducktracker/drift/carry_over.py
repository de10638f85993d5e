"""What a step of ours changed in a table, carried over to the table that is expected. Pure.

Of each property the later value is taken where it differs from the earlier one, or where the step stated it again;
everything else stays as it was expected. Columns and fields are followed by id. A column that comes under the name of
an expected one that the lake has lost takes its place, and the expected order stays.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from dt_contract.schema import COLUMN_PROPERTIES, Column, Table
from dt_diff.columns import nesting
from dt_diff.names import identifiers, quote

Stated = Collection[tuple[int, int | None, str]]
"""What a step stated again, without changing it: the id of an object, that of a column in it, and a property."""
_KEY = re.compile(
    r'(?P<head>(?:\w+\((?:\d+, )?)?)(?P<name>\w+|"(?:[^"]|"")*")'
    r"(?P<tail>\)?(?: (?:ASC|DESC) NULLS (?:FIRST|LAST))?)"
)


Nested = Callable[[str, Sequence[Column]], str]
"""Returns the type of a nested column from its kind and its fields."""


class Rules(NamedTuple):
    """How a step is carried over, and what it stated."""

    nested: Nested
    stated: Stated = ()


def carried_table(expected: Table, before: Table, after: Table, rules: Rules) -> Table:
    """Return the expected table with what changed from `before` to `after`."""
    if expected == before:
        return after
    table_id = after.id or 0
    columns = _carried_columns(expected.columns, before.columns, after.columns, table_id, rules)
    is_renamed = (before.schema, before.name) != (after.schema, after.name)
    is_commented = before.comment != after.comment or (table_id, None, "comment") in rules.stated
    merged = replace(
        expected,
        schema=after.schema if is_renamed else expected.schema,
        name=after.name if is_renamed else expected.name,
        comment=after.comment if is_commented else expected.comment,
        columns=columns,
    )
    tables = (expected, before, after)
    restated = {field for key, column, field in rules.stated if key == table_id and column is None}
    partitions, sorts = [table.partition_by for table in tables], [table.sorted_by for table in tables]
    return replace(
        merged,
        partition_by=_carried_keys(partitions, *tables, merged, is_restated="partition_by" in restated),
        sorted_by=_carried_keys(sorts, *tables, merged, is_restated="sorted_by" in restated),
    )


def taking_place(expected: Table, live: Table) -> Table:
    """Return the expected table with the identities of the one that took its place; columns go by their names."""
    return replace(expected, id=live.id, uuid=live.uuid, columns=_with_ids(expected.columns, live.columns))


def _with_ids(expected: Sequence[Column], live: Sequence[Column]) -> tuple[Column, ...]:
    """A column that the lake has lost has no id any more: ids are those of one table."""
    by_name = {column.name: column for column in live}
    return tuple(with_id(column, by_name.get(column.name)) for column in expected)


def with_id(expected: Column, live: Column | None) -> Column:
    """Return the expected column with the id of a live one, and its fields with those of fields of their names."""
    fields = _with_ids(expected.fields, live.fields if live else ())
    return replace(expected, id=live.id if live else None, fields=fields)


def _carried_columns(
    expected: Sequence[Column], before: Sequence[Column], after: Sequence[Column], table_id: int, rules: Rules
) -> tuple[Column, ...]:
    was, now = ({column.id: column for column in side} for side in (before, after))
    columns = list(expected)

    def find(column: Column) -> int | None:
        """The place of the column itself, else of the one that was lost under its name."""
        places = [place for place, item in enumerate(columns) if item.id == column.id]
        places += [place for place, item in enumerate(columns) if item.name == column.name and item.id not in now]
        return places[0] if places else None

    for old in before:
        place = find(old) if old.id not in now else None
        if place is not None:
            del columns[place]
    for new in after:
        former = was.get(new.id)
        if former is None:
            columns = _put(columns, find(new), new)
            continue
        if former == new and not _is_stated(new, table_id, rules):
            continue
        place = _first(find(former), find(new))
        if place is not None:
            own = columns[place] if columns[place].id == new.id else with_id(columns[place], former)
            columns[place] = _carried_column(own, former, new, table_id, rules)
    return tuple(columns)


def _put(columns: list[Column], place: int | None, column: Column) -> list[Column]:
    return [*columns, column] if place is None else [*columns[:place], column, *columns[place + 1 :]]


def _first(*places: int | None) -> int | None:
    return next((place for place in places if place is not None), None)


def _is_stated(column: Column, table_id: int, rules: Rules) -> bool:
    return any((table_id, column.id, field) in rules.stated for field in ("default", "comment", "type")) or any(
        _is_stated(field, table_id, rules) for field in column.fields
    )


def _carried_column(expected: Column, before: Column, after: Column, table_id: int, rules: Rules) -> Column:
    def carried(field: str) -> str | bool | None:
        is_ours = getattr(before, field) != getattr(after, field) or (table_id, after.id, field) in rules.stated
        value: str | bool | None = getattr(after if is_ours else expected, field)
        return value

    is_restated = (table_id, after.id, "type") in rules.stated
    kinds = {nesting(column) for column in (expected, before, after)}
    kind, fields = expected.type, expected.fields
    if is_restated:
        kind, fields = after.type, after.fields
    elif len(kinds) == 1 and after.fields:
        fields = _carried_columns(expected.fields, before.fields, after.fields, table_id, rules)
        kind = kind if fields == expected.fields else rules.nested(nesting(after), fields)
    elif before.type != after.type:
        kind, fields = after.type, after.fields
    own = {field: carried(field) for field in COLUMN_PROPERTIES if field != "type"}
    return replace(expected, id=after.id, type=kind, fields=fields, **own)


def _carried_keys(
    keys: Sequence[Sequence[str]], expected: Table, before: Table, after: Table, merged: Table, *, is_restated: bool
) -> tuple[str, ...]:
    """Keys name columns, and are the same as long as they name the same ones."""
    own, was, now = keys
    if not is_restated and _numbered(was, before) == _numbered(now, after):
        return keys_under_other_names(own, expected, merged)
    return keys_under_other_names(now, after, merged)


def _numbered(keys: Sequence[str], table: Table) -> list[tuple[str, object, str]]:
    ids = {column.name: column.id for column in table.columns}
    parts = [(key, _KEY.fullmatch(key)) for key in keys]
    return [(m["head"], ids.get(_name(m), _name(m)), m["tail"]) if m else ("", key, "") for key, m in parts]


def keys_under_other_names(keys: Sequence[str], named: Table, merged: Table) -> tuple[str, ...]:
    """Return keys that name columns of one table by the names that the same columns have in another."""
    return tuple(_renamed(key, named, merged) for key in keys)


def keys_of(keys: Sequence[str]) -> set[str]:
    """Return the names of the columns in partition or sort keys."""
    return {_name(found) for found in map(_KEY.fullmatch, keys) if found}


def _renamed(key: str, named: Table, merged: Table) -> str:
    found = _KEY.fullmatch(key)
    if found is None:
        return key
    old = _name(found)
    column = next((column.id for column in named.columns if column.name == old), None)
    new = next((item.name for item in merged.columns if column is not None and item.id == column), old)
    return key if new == old else f"{found['head']}{quote(new)}{found['tail']}"


def _name(found: re.Match[str]) -> str:
    return identifiers(found["name"])[0]
