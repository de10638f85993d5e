"""The expected schema, step by step: what each migration changed is applied to it, and nothing else. Pure.

Schemas and tables are followed by id, views and macros by name. What a step creates or alters under a name that is
expected and that the lake has lost takes that place; what somebody else made stays unknown to it.
"""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import TypeVar

from msgspec.structs import replace

from dt_contract.identifiers import fold
from dt_contract.schema import Macro, Schema, SchemaDocument, Table, View
from ducktracker.drift.carry_over import Rules, carried_table, taking_place
from ducktracker.drift.objects import Objects, take

_Object = TypeVar("_Object", Schema, Table, View, Macro)
_Inner = TypeVar("_Inner", Table, View, Macro)
Lives = Callable[[int], bool]


class ExpectedSchema:
    """Some objects as they are expected. Where one took another's place, `moved` has its id by the former one."""

    def __init__(self, schema: SchemaDocument) -> None:
        self._start = schema
        self.schemas = Objects[Schema](_name, schema.schemas)
        self.tables = Objects[Table](_full_name, schema.tables)
        self.views = Objects[View](_full_name, schema.views)
        self.macros = Objects[Macro](_signature, schema.macros)
        self.moved: dict[int, int] = {}

    def document(self) -> SchemaDocument:
        """Return the expected objects, sorted as a schema is."""
        named = attrgetter("schema", "name")
        return replace(
            self._start,
            schemas=tuple(sorted(self.schemas.by_id.values(), key=attrgetter("name"))),
            tables=tuple(sorted(self.tables.by_id.values(), key=named)),
            views=tuple(sorted(self.views.by_id.values(), key=named)),
            macros=tuple(sorted(self.macros.by_id.values(), key=attrgetter("schema", "name", "kind"))),
        )

    def apply(self, before: SchemaDocument, after: SchemaDocument, lives: Lives, rules: Rules) -> None:
        """Apply a step of ours: what it touched, as it was before and after; `lives` says what is in the lake then."""
        self._apply_schemas(before.schemas, after.schemas, lives)
        self._apply_tables(before.tables, after.tables, lives, rules)
        self._apply_views(before.views, after.views, lives, rules)
        self._apply_macros(before.macros, after.macros)

    def _apply_schemas(self, before: Iterable[Schema], after: Iterable[Schema], lives: Lives) -> None:
        was, now = {item.id: item for item in before}, {item.id for item in after}
        for schema in was.values():
            if schema.id not in now:
                self._drop(self.schemas, schema, lives)
                self.empty(schema.name, lives)
        for schema in after:
            if schema.id not in was:
                take(self.schemas, schema, lives)
                self.schemas.put(schema)

    def empty(self, schema: str, lives: Lives) -> None:
        """Expect no more what was lost in a schema that is gone."""
        _without_lost(self.tables, schema, lives)
        _without_lost(self.views, schema, lives)
        _without_lost(self.macros, schema, lives)

    def _apply_tables(self, before: Iterable[Table], after: Iterable[Table], lives: Lives, rules: Rules) -> None:
        was, now = {item.id: item for item in before}, {item.id for item in after}
        for table in was.values():
            if table.id not in now:
                self._drop(self.tables, table, lives)
        for table in after:
            former = was.get(table.id)
            expected = self.in_place(former, table, lives) if former else table
            if expected is not None:
                self.free(table, lives)
                self.tables.put(carried_table(expected, former, table, rules) if former else table)

    def in_place(self, former: Table, table: Table, lives: Lives) -> Table | None:
        """Return the table as it is expected, else the lost one whose place it takes; None if it is neither."""
        own = self.tables.by_id.get(table.id or 0)
        if own is not None:
            return own
        lost = [item for like in (former, table) for item in self.tables.named(like) if not lives(item.id or 0)]
        if not lost:
            return None
        self.tables.pop(lost[0].id or 0)
        self.moved[lost[0].id or 0] = table.id or 0
        return taking_place(lost[0], former)

    def _apply_views(self, before: Iterable[View], after: Iterable[View], lives: Lives, rules: Rules) -> None:
        was, now = {item.id: item for item in before}, {item.id for item in after}
        for view in was.values():
            if view.id not in now:
                for item in self.views.named(view) or [view]:
                    self.views.pop(item.id or 0)
        for view in after:
            former = was.get(view.id)
            if former is None:
                self.views.put(self._in_place_of_all(view, lives))
                continue
            own = next(iter(self.views.named(former)), self.views.by_id.get(view.id or 0))
            if own is not None:
                self.views.pop(own.id or 0)
                carried = _carried_view(own, former, view, rules)
                taken = carried if lives(own.id or 0) else replace(carried, id=view.id, uuid=view.uuid)
                self._free_tables(taken, lives)
                self.views.put(taken)

    def _in_place_of_all(self, view: View, lives: Lives) -> View:
        for item in self.views.named(view):
            self.views.pop(item.id or 0)
        self._free_tables(view, lives)
        return view

    def _apply_macros(self, before: Iterable[Macro], after: Iterable[Macro]) -> None:
        was, now = {item.id: item for item in before}, {item.id for item in after}
        gone = [item for item in was.values() if item.id not in now]
        made = [item for item in after if item.id not in was]
        for macro in (*gone, *made):
            for item in self.macros.named(macro):
                self.macros.pop(item.id or 0)
        for macro in made:
            self.macros.put(macro)

    def _drop(self, kind: Objects[_Object], item: _Object, lives: Lives) -> None:
        if item.id in kind.by_id:
            kind.pop(item.id or 0)
        else:
            take(kind, item, lives)

    def free(self, table: Table, lives: Lives) -> None:
        """Expect a table or view no more that was lost under the name of this table."""
        take(self.tables, table, lives)
        for view in self.views.named(View(schema=table.schema, name=table.name, sql="")):
            if not lives(view.id or 0):
                self.views.pop(view.id or 0)

    def _free_tables(self, view: View, lives: Lives) -> None:
        take(self.tables, Table(schema=view.schema, name=view.name), lives)


def _without_lost(kind: Objects[_Inner], schema: str, lives: Lives) -> None:
    for item in [item for item in kind.by_id.values() if item.schema == schema]:
        if not lives(item.id or 0):
            kind.pop(item.id or 0)


def _carried_view(expected: View, before: View, after: View, rules: Rules) -> View:
    is_commented = before.comment != after.comment or (after.id or 0, None, "comment") in rules.stated
    return View(
        id=expected.id,
        uuid=expected.uuid,
        schema=after.schema if before.schema != after.schema else expected.schema,
        name=after.name if before.name != after.name else expected.name,
        column_aliases=after.column_aliases
        if before.column_aliases != after.column_aliases
        else expected.column_aliases,
        sql=after.sql if before.sql != after.sql else expected.sql,
        comment=after.comment if is_commented else expected.comment,
    )


def _name(item: Schema) -> object:
    return fold(item.name)


def _full_name(item: Table | View) -> object:
    return fold(item.schema), fold(item.name)


def _signature(item: Macro) -> object:
    return fold(item.schema), fold(item.name), item.kind
