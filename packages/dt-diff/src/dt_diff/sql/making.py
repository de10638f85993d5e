"""The statements that make a view or macro."""

from collections.abc import Iterator, Sequence

from dt_contract.identifiers import fold
from dt_contract.schema import Macro, SchemaDocument, Table, View
from dt_diff.sql.definitions import comment_on, create_macro, create_view
from dt_diff.sql.dependencies import Definition, mentions, sql_of
from dt_diff.sql.names import Home, sql_name


class Making:
    """Makes views and macros, and knows where the names of their SQL are looked up."""

    def __init__(self, document: SchemaDocument, home: Home) -> None:
        self._home = home
        self._names: dict[str, set[str]] = {}
        items: Sequence[Table | View | Macro] = (*document.tables, *document.views, *document.macros)
        for item in items:
            self._names.setdefault(fold(item.schema), set()).add(fold(item.name))

    def statements(self, definition: Definition, *, replace: bool) -> Iterator[str]:
        """Yield the statements, within the object's own schema where its SQL names others of it by their names alone.

        A comment is lost with what is replaced.
        """
        create = "CREATE OR REPLACE" if replace else "CREATE"
        inside = self._is_inside(definition)
        if inside:
            yield f"USE {sql_name(*self._home.path(definition.schema))}"
        if isinstance(definition, Macro):
            yield create_macro(definition, self._home, create)
        else:
            yield create_view(definition, self._home, create)
        if inside:
            yield f"USE {sql_name(*self._home.path(self._home.schema))}"
        if isinstance(definition, View) and definition.comment is not None:
            yield comment_on("VIEW", self._home.name(definition.schema, definition.name), definition.comment)

    def _is_inside(self, definition: Definition) -> bool:
        schema, home = fold(definition.schema), fold(self._home.schema)
        if schema == home:
            return False
        bare = mentions(sql_of(definition)).bare
        return not bare.isdisjoint(self._names.get(schema, set()) - self._names.get(home, set()))
