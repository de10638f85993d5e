"""What statements state that find their work done: the lake shows no trace of it, so a row of the history keeps it."""

from collections.abc import Iterable, Sequence
from typing import Literal, TypeVar

from dt_contract.document import Value
from dt_contract.identifiers import fold
from dt_contract.schema import Column, Macro, Schema, Table, View

_Object = TypeVar("_Object", Schema, Table, View, Macro)
Kind = Literal["schema", "table", "view", "macro"]
States = Literal["there", "gone", "type", "partition_by", "sorted_by", "no default"]


class Restated(Value, frozen=True, kw_only=True):
    """What a statement of a script states: that an object, or a column (`path`), is there or gone, or a property.

    `no default` is a column renamed to its own name: the lake shows the trace of a default that is set again.

    The names are folded. `schemas` are those that the object may be in, the first one first; a schema is in "". What is
    there has the definition that the statement would have given it; None if that is not known.
    """

    script: str
    states: States
    kind: Kind
    schemas: tuple[str, ...]
    name: str
    path: tuple[str, ...] = ()
    table: Table | None = None
    view: View | None = None
    macro: Macro | None = None
    column: Column | None = None

    def find(self, items: Iterable[_Object]) -> _Object | None:
        """Return the object that the statement means among those of its kind; None if there is none."""
        named = [item for item in items if fold(item.name) == self.name]
        by_schema = {"" if isinstance(item, Schema) else fold(item.schema): item for item in named}
        return next((by_schema[schema] for schema in self.schemas if schema in by_schema), None)


def find_column(columns: Sequence[Column], path: Sequence[str]) -> Column | None:
    """Return the column or field at a path of folded names; None if there is none."""
    found: Column | None = None
    for name in path:
        found = next((column for column in columns if fold(column.name) == name), None)
        if found is None:
            return None
        columns = found.fields
    return found
