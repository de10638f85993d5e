"""The expected schema, step by step: what each migration changed is applied to it, and nothing else. Pure.

Schemas and tables are followed by id, views and macros by name. What a step creates or alters under a name that is
expected and that the lake has lost takes that place; what somebody else made stays unknown to it.
"""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Generic, TypeVar

from msgspec.structs import replace

from dt_contract.schema import Macro, Schema, SchemaDocument, Table, View
from ducktracker.carried import Rules, carried_table, taking_place

_Object = TypeVar("_Object", Schema, Table, View, Macro)
_Inner = TypeVar("_Inner", Table, View, Macro)
Lives = Callable[[int], bool]


class _Objects(Generic[_Object]):
    """The objects of a kind by id, and the ids by name."""

    def __init__(self, key: Callable[[_Object], object], items: Iterable[_Object]) -> None:
        self._key: Callable[[_Object], object] = key
        self.by_id: dict[int, _Object] = {}
        self._ids: dict[object, list[int]] = {}
        for item in items:
            self.put(item)

    def put(self, item: _Object) -> None:
        self.pop(item.id or 0)
        self.by_id[item.id or 0] = item
        self._ids.setdefault(self._key(item), []).append(item.id or 0)

    def pop(self, object_id: int) -> None:
        item = self.by_id.pop(object_id, None)
        if item is not None:
            self._ids[self._key(item)].remove(object_id)

    def named(self, like: _Object) -> list[_Object]:
        """Those of the same name as another object."""
        return [self.by_id[key] for key in self._ids.get(self._key(like), ())]


class ExpectedSchema:
    """Some objects as they are expected. Where one took another's place, `moved` has its id by the former one."""

    def __init__(self, schema: SchemaDocument) -> None:
        named = attrgetter("schema", "name")
        self._start = schema
        self._schemas = _Objects[Schema](attrgetter("name"), schema.schemas)
        self._tables = _Objects[Table](named, schema.tables)
        self._views = _Objects[View](named, schema.views)
        self._macros = _Objects[Macro](attrgetter("schema", "name", "kind"), schema.macros)
        self.moved: dict[int, int] = {}

    def document(self) -> SchemaDocument:
        """Return the expected objects, sorted as a schema is."""
        named = attrgetter("schema", "name")
        return replace(
            self._start,
            schemas=tuple(sorted(self._schemas.by_id.values(), key=attrgetter("name"))),
            tables=tuple(sorted(self._tables.by_id.values(), key=named)),
            views=tuple(sorted(self._views.by_id.values(), key=named)),
            macros=tuple(sorted(self._macros.by_id.values(), key=attrgetter("schema", "name", "kind"))),
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
                self._drop(self._schemas, schema, lives)
                self._empty(schema.name, lives)
        for schema in after:
            if schema.id not in was:
                self._take(self._schemas, schema, lives)
                self._schemas.put(schema)

    def _empty(self, schema: str, lives: Lives) -> None:
        """What was expected in a schema, and lost before, goes with it."""
        _without_lost(self._tables, schema, lives)
        _without_lost(self._views, schema, lives)
        _without_lost(self._macros, schema, lives)

    def _apply_tables(self, before: Iterable[Table], after: Iterable[Table], lives: Lives, rules: Rules) -> None:
        was, now = {item.id: item for item in before}, {item.id for item in after}
        for table in was.values():
            if table.id not in now:
                self._drop(self._tables, table, lives)
        for table in after:
            former = was.get(table.id)
            expected = self._expected_table(former, table, lives) if former else table
            if expected is not None:
                self._free(table, lives)
                self._tables.put(carried_table(expected, former, table, rules) if former else table)

    def _expected_table(self, former: Table, table: Table, lives: Lives) -> Table | None:
        """The table itself, else the lost one whose place it takes."""
        own = self._tables.by_id.get(table.id or 0)
        if own is not None:
            return own
        lost = [item for like in (former, table) for item in self._tables.named(like) if not lives(item.id or 0)]
        if not lost:
            return None
        self._tables.pop(lost[0].id or 0)
        self.moved[lost[0].id or 0] = table.id or 0
        return taking_place(lost[0], former)

    def _apply_views(self, before: Iterable[View], after: Iterable[View], lives: Lives, rules: Rules) -> None:
        was, now = {item.id: item for item in before}, {item.id for item in after}
        for view in was.values():
            if view.id not in now:
                for item in self._views.named(view) or [view]:
                    self._views.pop(item.id or 0)
        for view in after:
            former = was.get(view.id)
            if former is None:
                self._views.put(self._in_place_of_all(view, lives))
                continue
            own = next(iter(self._views.named(former)), self._views.by_id.get(view.id or 0))
            if own is not None:
                self._views.pop(own.id or 0)
                carried = _carried_view(own, former, view, rules)
                taken = carried if lives(own.id or 0) else replace(carried, id=view.id, uuid=view.uuid)
                self._free_tables(taken, lives)
                self._views.put(taken)

    def _in_place_of_all(self, view: View, lives: Lives) -> View:
        for item in self._views.named(view):
            self._views.pop(item.id or 0)
        self._free_tables(view, lives)
        return view

    def _apply_macros(self, before: Iterable[Macro], after: Iterable[Macro]) -> None:
        was, now = {item.id: item for item in before}, {item.id for item in after}
        gone = [item for item in was.values() if item.id not in now]
        made = [item for item in after if item.id not in was]
        for macro in (*gone, *made):
            for item in self._macros.named(macro):
                self._macros.pop(item.id or 0)
        for macro in made:
            self._macros.put(macro)

    def _drop(self, kind: "_Objects[_Object]", item: _Object, lives: Lives) -> None:
        if item.id in kind.by_id:
            kind.pop(item.id or 0)
        else:
            self._take(kind, item, lives)

    def _free(self, table: Table, lives: Lives) -> None:
        """A table or view that was lost under this name is expected no more."""
        self._take(self._tables, table, lives)
        for view in self._views.named(View(schema=table.schema, name=table.name, sql="")):
            if not lives(view.id or 0):
                self._views.pop(view.id or 0)

    def _free_tables(self, view: View, lives: Lives) -> None:
        self._take(self._tables, Table(schema=view.schema, name=view.name), lives)

    @staticmethod
    def _take(kind: "_Objects[_Object]", item: _Object, lives: Lives) -> None:
        for lost in kind.named(item):
            if lost.id != item.id and not lives(lost.id or 0):
                kind.pop(lost.id or 0)


def _without_lost(kind: "_Objects[_Inner]", schema: str, lives: Lives) -> None:
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
