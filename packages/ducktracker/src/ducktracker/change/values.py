"""SQL that makes a value of a column's shape from one of the same column as it was. Pure."""

from dt_contract.schema import Column
from dt_diff.columns import nesting
from dt_lake.sql import name


def is_alike(wanted: Column, then: Column) -> bool:
    """Whether a value can be taken as it is: the fields are the same, under the same names, in the same order."""
    if not wanted.fields or len(wanted.fields) != len(then.fields):
        return wanted.type == then.type
    return all(
        now.name == was.name and now.id == was.id and is_alike(now, was)
        for now, was in zip(wanted.fields, then.fields, strict=True)
    )


def shaped(wanted: Column, then: Column, value: str, depth: int = 0) -> str:
    """Return the SQL of a value with the wanted fields; fields are the same by id, and what `then` lacks is NULL."""
    if is_alike(wanted, then):
        return value
    if not wanted.fields or nesting(wanted) != nesting(then):
        return f"CAST({value} AS {wanted.type})"
    item = f"ducktracker_item_{depth}"
    match nesting(wanted):
        case "list":
            inner = shaped(wanted.fields[0], then.fields[0], item, depth + 1)
            return f"list_transform({value}, lambda {item}: {inner})"
        case "map":
            key, kept = (shaped(wanted.fields[at], then.fields[at], f"{item}.{part}", depth + 1) for at, part in _ENTRY)
            entries = f"list_transform(map_entries({value}), lambda {item}: struct_pack(k := {key}, v := {kept}))"
            return f"map_from_entries({entries})"
        case _:
            return f"CASE WHEN {value} IS NULL THEN NULL ELSE struct_pack({_fields(wanted, then, value, depth)}) END"


_ENTRY = ((0, "key"), (1, "value"))


def _fields(wanted: Column, then: Column, value: str, depth: int) -> str:
    former = {field.id: field for field in then.fields}
    parts = []
    for field in wanted.fields:
        was = former.get(field.id) if field.id is not None else None
        made = shaped(field, was, f"{value}.{name(was.name)}", depth) if was else f"CAST(NULL AS {field.type})"
        parts.append(f"{name(field.name)} := {made}")
    return ", ".join(parts)


def replaced(column: Column, value: str, fields: dict[int, str]) -> str:
    """Return the SQL of a struct's value with some fields, by id, from elsewhere. What is NULL stays NULL."""
    parts = []
    for field in column.fields:
        inner = f"{value}.{name(field.name)}"
        if field.id in fields:
            parts.append(f"{name(field.name)} := {fields[field.id]}")
        elif any(_holds(field, key) for key in fields):
            parts.append(f"{name(field.name)} := {replaced(field, inner, fields)}")
    return f"CASE WHEN {value} IS NULL THEN NULL ELSE struct_update({value}, {', '.join(parts)}) END"


def _holds(column: Column, key: int) -> bool:
    return any(field.id == key or _holds(field, key) for field in column.fields)
