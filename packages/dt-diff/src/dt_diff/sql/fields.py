"""What becomes of the fields of one nested column that stays: statements, and the type that it has after them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from dt_contract.identifiers import fold
from dt_contract.schema import Column
from dt_diff.columns import nesting
from dt_diff.matching import Matches, Rule, match
from dt_diff.sql.literals import is_literal
from dt_diff.sql.names import sql_name
from dt_diff.sql.renaming import FreeNames, rename_steps
from dt_diff.sql.widening import widens
from dt_diff.value_change import value_change

Path = tuple[str, ...]
"""Of names, from the column to the field."""


class Reshaped(NamedTuple):
    """A column once the actions on its fields have run, each of which follows ALTER TABLE.

    `retyped` are the lint codes of the types that are yet to be changed, with "" for one that is no hazard;
    `reordered` are what has its fields in another order than was asked for, `defaults` the fields whose default stays.
    """

    column: Column
    actions: tuple[tuple[str, str], ...] = ()
    """Each with the lint code of its hazard, or ""."""
    retyped: tuple[str, ...] = ()
    reordered: tuple[Path, ...] = ()
    defaults: tuple[Path, ...] = ()


class CantReshape(Exception):
    """ALTER can't turn the one column into the other."""


def reshape(before: Column, after: Column, rules: Sequence[Rule[Column]]) -> Reshaped:
    """Return how one column becomes another one, which has its name by then. Raises CantReshape."""
    return _reshape(before, after, rules, (after.name,))


def _reshape(before: Column, after: Column, rules: Sequence[Rule[Column]], path: Path) -> Reshaped:
    kind = nesting(before)
    if kind != nesting(after):
        raise CantReshape
    if kind == "struct":
        return _reshape_struct(before, after, rules, path)
    if kind == "scalar":
        return _reshape_scalar(before, after, path)
    parts = [_reshape(old, new, rules, (*path, new.name)) for old, new in zip(before.fields, after.fields, strict=True)]
    return _joined(before, parts, ())


def _reshape_scalar(before: Column, after: Column, path: Path) -> Reshaped:
    defaults = (path,) if len(path) > 1 and before.default != after.default else ()
    if before.type == after.type:
        return Reshaped(before, defaults=defaults)
    if not widens(before.type, after.type):
        raise CantReshape
    code = value_change(before.type, after.type) or ""
    return Reshaped(replace(before, type=after.type), retyped=(code,), defaults=defaults)


def _reshape_struct(before: Column, after: Column, rules: Sequence[Rule[Column]], path: Path) -> Reshaped:
    fields = match(before.fields, after.fields, rules)
    old_names = {id(field): place for place, field in enumerate(before.fields)}
    pairs = sorted(fields.pairs, key=lambda pair: old_names[id(pair[0])])
    if not pairs and {fold(field.name) for field in fields.removed} & {fold(field.name) for field in fields.added}:
        raise CantReshape
    parts = [_reshape(replace(old, name=new.name), new, rules, (*path, new.name)) for old, new in pairs]
    places = {id(field): place for place, field in enumerate(after.fields)}
    added = sorted(fields.added, key=lambda field: places[id(field)])
    actions = _actions(fields, pairs, added, path)
    names = [part.column.name for part in parts] + [field.name for field in added]
    joined = _joined(before, parts, tuple(added))
    reordered = (path,) if names != [field.name for field in after.fields] else ()
    return joined._replace(actions=(*actions, *joined.actions), reordered=(*reordered, *joined.reordered))


def _actions(
    fields: Matches[Column], pairs: Sequence[tuple[Column, Column]], added: Sequence[Column], path: Path
) -> Iterator[tuple[str, str]]:
    """Drop first, unless a field is to be there all the time."""
    drops = [(f"DROP COLUMN {sql_name(*path, field.name)}", "DL104") for field in fields.removed]
    adds = [(f"ADD COLUMN {sql_name(*path, field.name)} {field.type}{_default(field)}", "") for field in added]
    renames = [(old.name, new.name) for old, new in pairs if old.name != new.name]
    free = FreeNames(field.name for field in (*(old for old, _ in pairs), *(new for _, new in pairs), *added))
    yield from drops if pairs else ()
    for old, new in rename_steps(renames, free):
        yield f"RENAME COLUMN {sql_name(*path, old)} TO {sql_name(new)}", ""
    yield from adds
    yield from () if pairs else drops


def _joined(column: Column, parts: Sequence[Reshaped], added: tuple[Column, ...]) -> Reshaped:
    """Put a column together again from its fields."""
    fields = (*(part.column for part in parts), *added)
    kind = nesting(column)
    types = [field.type for field in fields]
    if kind == "list":
        type_ = f"{types[0]}[]"
    elif kind == "map":
        type_ = f"MAP({', '.join(types)})"
    else:
        type_ = f"STRUCT({', '.join(f'{sql_name(field.name)} {field.type}' for field in fields)})"
    return Reshaped(
        replace(column, type=type_, fields=fields),
        tuple(action for part in parts for action in part.actions),
        tuple(code for part in parts for code in part.retyped),
        tuple(found for part in parts for found in part.reordered),
        tuple(found for part in parts for found in part.defaults),
    )


def _default(field: Column) -> str:
    has_one = field.default is not None and is_literal(field.default)
    return f" DEFAULT {field.default}" if has_one else ""
