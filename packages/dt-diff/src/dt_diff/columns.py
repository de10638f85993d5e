"""What differs between the columns of one table, or the fields of one column."""

from collections.abc import Iterator, Sequence
from typing import Literal

from dt_contract.diff import Change, Detail
from dt_contract.hazards import Hazard
from dt_contract.schema import COLUMN_PROPERTIES, Column
from dt_diff.definition import column_definition, differing
from dt_diff.matching import Rule, match
from dt_diff.names import Path, quote
from dt_diff.value_change import value_change

Nesting = Literal["scalar", "struct", "list", "map"]


def compare_columns(
    before: Sequence[Column], after: Sequence[Column], parent: Path, rules: Sequence[Rule[Column]]
) -> Iterator[Change]:
    """Return the changes of the columns of `parent`, with those of their fields; their order is not compared."""
    if before == after:
        return
    columns = match(before, after, rules)
    for column in columns.removed:
        name, definition = f"{parent.after}.{quote(column.name)}", column_definition(column)
        yield Change(change="removed", object="column", name=name, before=definition, hazards=("DATA_LOSS",))
    for column in columns.added:
        name, definition = f"{parent.after}.{quote(column.name)}", column_definition(column)
        yield Change(change="added", object="column", name=name, after=definition)
    for old, new in columns.pairs:
        if old != new:
            yield from _compare_column(old, new, parent.child(old.name, new.name), rules)


def _compare_column(before: Column, after: Column, path: Path, rules: Sequence[Rule[Column]]) -> Iterator[Change]:
    alike = nesting(before) == nesting(after)
    fields = list(compare_columns(before.fields, after.fields, path, rules)) if alike else []
    details = _details(before, after, typed=not fields)
    changes_values = any(detail.field == "type" for detail in details) and value_change(before.type, after.type)
    hazards: tuple[Hazard, ...] = ("VALUE_CHANGE",) if changes_values else ()
    if before.name != after.name:
        yield Change(
            change="renamed",
            object="column",
            name=path.after,
            before=path.before,
            after=path.after,
            details=details,
            hazards=hazards,
        )
    elif details:
        yield Change(
            change="modified",
            object="column",
            name=path.after,
            before=column_definition(before),
            after=column_definition(after),
            details=details,
            hazards=hazards,
        )
    yield from fields


def nesting(column: Column) -> Nesting:
    """Return the kind of nesting, as DuckDB writes types: `STRUCT(…)`, `MAP(…)`, and a list ends with `[]`."""
    if not column.fields:
        return "scalar"
    if column.type.endswith("]"):
        return "list"
    return "map" if column.type.startswith("MAP(") else "struct"


def _details(before: Column, after: Column, *, typed: bool) -> tuple[Detail, ...]:
    fields = [field for field in COLUMN_PROPERTIES if field != "name" and (typed or field != "type")]
    return differing(*((field, _text(getattr(before, field)), _text(getattr(after, field))) for field in fields))


def _text(value: str | bool | None) -> str | None:
    return str(value).lower() if isinstance(value, bool) else value
