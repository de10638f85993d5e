"""Whether DuckDB takes a CAST of one column to the type of another."""

from dt_contract.identifiers import fold
from dt_contract.schema import Column
from dt_diff.columns import nesting

_TEXT = frozenset(("VARCHAR", "JSON", "VARIANT"))
"""What is cast to and from nested types."""


def can_cast(before: Column, after: Column) -> bool:
    """Whether the CAST binds, and some value can pass it: a STRUCT is cast by the names of its fields.

    A value may still be one that the other type has not, which fails when it runs.
    """
    kind, other = nesting(before), nesting(after)
    if kind != other:
        return bool(_TEXT & {column.type for column in (before, after) if not column.fields})
    if kind != "struct":
        return all(map(can_cast, before.fields, after.fields))
    fields = {fold(field.name): field for field in before.fields}
    common = [(fields[fold(field.name)], field) for field in after.fields if fold(field.name) in fields]
    return bool(common) and all(can_cast(*pair) for pair in common)
