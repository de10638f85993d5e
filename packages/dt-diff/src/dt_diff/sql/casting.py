"""Whether DuckDB takes a CAST of one column to the type of another."""

from dt_contract.identifiers import fold
from dt_contract.schema import Column
from dt_diff.columns import nesting


def can_cast(before: Column, after: Column) -> bool:
    """Whether the CAST binds: a STRUCT is cast by the names of its fields, and one of them must be in both.

    A value may still be one that the other type has not, which fails when it runs.
    """
    kind = nesting(before)
    if kind != nesting(after) or kind == "scalar":
        return True
    if kind != "struct":
        return all(map(can_cast, before.fields, after.fields))
    fields = {fold(field.name): field for field in before.fields}
    common = [(fields[fold(field.name)], field) for field in after.fields if fold(field.name) in fields]
    return bool(common) and all(can_cast(*pair) for pair in common)
