"""Views and macros: dropped, renamed, made and replaced."""

from collections.abc import Iterator, Sequence

from dt_contract.identifiers import fold
from dt_contract.schema import Macro, SchemaDocument, Table, View
from dt_diff.identity import Identity
from dt_diff.matching import match
from dt_diff.names import full_name
from dt_diff.sql.definitions import UNKNOWN_TYPES, comment_on, create_macro, create_view
from dt_diff.sql.dependencies import Definition, in_order, mentions, needed_first, sql_of
from dt_diff.sql.draft import Draft, Phase
from dt_diff.sql.names import Home, sql_name
from dt_diff.sql.new_tables import defaults


def change_definitions(
    expected: SchemaDocument, actual: SchemaDocument, identity: Identity, draft: Draft, home: Home
) -> None:
    """Add the statements for views and macros, after those for tables were added."""
    views = match(expected.views, actual.views, identity.views)
    macros = match(expected.macros, actual.macros, identity.macros)
    places = _Places(actual, home)
    made: list[Definition] = [*macros.added, *views.added]
    early = needed_first(macros.added, mentions(defaults(actual.tables)).called)
    for definition in in_order(sorted(made, key=_key)):
        phase = Phase.FUNCTION if any(definition is item for item in early) else Phase.DEFINITION
        draft.add(phase, *places.create(definition))
        _leave_types(definition, draft)


def _leave_types(definition: Definition, draft: Draft) -> None:
    overloads = definition.overloads if isinstance(definition, Macro) else ()
    for parameter in (parameter for overload in overloads for parameter in overload.parameters):
        if parameter.type in UNKNOWN_TYPES:
            name = full_name(definition.schema, definition.name, parameter.name)
            draft.leave("parameter type", name, "DuckLake keeps no more of a nested type than its kind")


class _Places:
    """Where names of the SQL of views and macros are looked up."""

    def __init__(self, document: SchemaDocument, home: Home) -> None:
        self._home = home
        self._names: dict[str, set[str]] = {}
        items: Sequence[Table | View | Macro] = (*document.tables, *document.views, *document.macros)
        for item in items:
            self._names.setdefault(fold(item.schema), set()).add(fold(item.name))

    def create(self, definition: Definition, create: str = "CREATE") -> Iterator[str]:
        """Yield the statements that make a view or macro, in its own schema where its SQL names that of it."""
        inside = self._is_inside(definition)
        if inside:
            yield f"USE {sql_name(definition.schema)}"
        if isinstance(definition, Macro):
            yield create_macro(definition, self._home, create)
        else:
            yield create_view(definition, self._home, create)
        if inside:
            yield f"USE {sql_name(self._home.schema)}"
        if isinstance(definition, View) and definition.comment is not None:
            yield comment_on("VIEW", self._home.name(definition.schema, definition.name), definition.comment)

    def _is_inside(self, definition: Definition) -> bool:
        schema, home = fold(definition.schema), fold(self._home.schema)
        if schema == home:
            return False
        bare = mentions(sql_of(definition)).bare
        return not bare.isdisjoint(self._names.get(schema, set()) - self._names.get(home, set()))


def _key(definition: Definition) -> tuple[str, bool, str]:
    return definition.schema, isinstance(definition, View), definition.name
