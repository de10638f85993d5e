"""Views and macros: dropped, made and replaced."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dt_contract.schema import Macro, SchemaDocument, Table, View
from dt_diff.identity import Identity
from dt_diff.names import full_name
from dt_diff.sql.definitions import UNKNOWN_TYPES, comment_on
from dt_diff.sql.dependencies import Definition, in_order, mentions, needed_first
from dt_diff.sql.draft import Draft, Phase
from dt_diff.sql.making import Making
from dt_diff.sql.names import Home
from dt_diff.sql.same_object import in_place


class DefinitionChanges(NamedTuple):
    """`made` are new or have another definition, which replaces one if they are in `replaced`.

    `commented` are views with another comment, and `stays` the pairs of views that differ, whatever their names.
    """

    made: Sequence[Definition]
    replaced: frozenset[int]
    commented: Sequence[View]
    stays: Sequence[tuple[View, View]]


def drop_definitions(
    expected: SchemaDocument, actual: SchemaDocument, identity: Identity, draft: Draft, home: Home
) -> DefinitionChanges:
    """Add the statements that drop views and macros, and return what else is to be done."""
    views = in_place(expected.views, actual.views, identity.views)
    macros = in_place(expected.macros, actual.macros, identity.macros)
    for view in sorted(views.removed, key=_key):
        draft.add(Phase.DROP, f"DROP VIEW {home.name(view.schema, view.name)}")
    for macro in sorted(macros.removed, key=_key):
        kind = "MACRO TABLE" if macro.kind == "table" else "MACRO"
        draft.add(Phase.DROP, f"DROP {kind} {home.name(macro.schema, macro.name)}")
    stays = [pair for pair in views.pairs if pair[0] != pair[1]]
    replaced: list[Definition] = [new for old, new in stays if _query(old) != _query(new)]
    replaced += [new for old, new in macros.pairs if old.overloads != new.overloads]
    commented = [new for old, new in stays if _query(old) == _query(new) and old.comment != new.comment]
    made = sorted((*macros.added, *views.added, *replaced), key=_key)
    return DefinitionChanges(made, frozenset(map(id, replaced)), commented, stays)


def make_definitions(
    changes: DefinitionChanges, actual: SchemaDocument, changed: Iterable[Table], draft: Draft, home: Home
) -> None:
    """Add the statements that make views and macros: those that defaults of changed tables call before these."""
    if changes.made:
        making, part = Making(actual, home), draft.last
        called = mentions(_defaults(changed)).called
        early = {id(item) for item in needed_first(changes.made, called)}
        for definition in in_order(changes.made, (*actual.macros, *actual.views)):
            phase, place = (Phase.FUNCTION, 0) if id(definition) in early else (Phase.DEFINITION, part)
            draft.add(phase, *making.statements(definition, replace=id(definition) in changes.replaced), part=place)
            _leave_types(definition, draft)
    for view in changes.commented:
        draft.add(Phase.DEFINITION, comment_on("VIEW", home.name(view.schema, view.name), view.comment))


def _defaults(tables: Iterable[Table]) -> Iterable[str]:
    columns = (column for table in tables for column in table.columns)
    return (column.default for column in columns if column.default is not None and "(" in column.default)


def _leave_types(definition: Definition, draft: Draft) -> None:
    overloads = definition.overloads if isinstance(definition, Macro) else ()
    for parameter in (parameter for overload in overloads for parameter in overload.parameters):
        if parameter.type in UNKNOWN_TYPES:
            name = full_name(definition.schema, definition.name, parameter.name)
            draft.leave("parameter type", name, "DuckLake keeps no more of a nested type than its kind")


def _query(view: View) -> tuple[str, tuple[str, ...]]:
    return view.sql, view.column_aliases


def _key(definition: Definition) -> tuple[str, bool, str]:
    return definition.schema, isinstance(definition, View), definition.name
