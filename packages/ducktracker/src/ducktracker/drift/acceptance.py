"""A part of a drift, taken for expected. Pure: everything else stays as it was expected."""

from collections.abc import Iterable, Sequence
from operator import attrgetter

from msgspec.structs import replace

from dt_contract.diff import Change
from dt_contract.schema import COLUMN_PROPERTIES, Column, Macro, Schema, SchemaDocument, Table, View
from dt_diff.columns import nesting
from dt_diff.names import full_name, quote
from dt_snapshot.options import Options
from ducktracker.drift.carry_over import Nested, keys_under_other_names
from ducktracker.drift.object_ids import Located


def with_changes(
    expected: SchemaDocument, live: SchemaDocument, located: Iterable[Located], nested: Nested
) -> SchemaDocument:
    """Return the expected schema with these changes, of those that lead from it to the live one."""
    part = _Part(expected, live, nested)
    for item in sorted(located, key=lambda item: item.change.object == "column"):
        part.take(item)
    return part.document()


def with_option_changes(expected: Options, live: Options, schema: SchemaDocument, changes: Iterable[Change]) -> Options:
    """Return the expected options with these changes; `schema` has the names of their owners.

    Those of a new table or schema come with it.
    """
    names = {change.name for change in changes if change.object == "option" or change.change == "added"}
    schemas = {item.id or 0: quote(item.name) for item in schema.schemas}
    tables = {item.id or 0: full_name(item.schema, item.name) for item in schema.tables}
    return Options(
        lake=_taken(expected.lake, live.lake, None, names),
        schemas=_scoped(expected.schemas, live.schemas, schemas, names),
        tables=_scoped(expected.tables, live.tables, tables, names),
    )


def _scoped(
    expected: dict[int, dict[str, str]], live: dict[int, dict[str, str]], owners: dict[int, str], names: set[str]
) -> dict[int, dict[str, str]]:
    taken = {
        key: _taken(expected.get(key, {}), live.get(key, {}), owners.get(key, ""), names)
        for key in expected.keys() | live.keys()
    }
    return {key: values for key, values in taken.items() if values}


def _taken(expected: dict[str, str], live: dict[str, str], owner: str | None, names: set[str]) -> dict[str, str]:
    chosen = {key for key in expected.keys() | live.keys() if owner in names or _option(owner, key) in names}
    kept = {key: value for key, value in expected.items() if key not in chosen}
    return kept | {key: value for key, value in live.items() if key in chosen}


def _option(owner: str | None, key: str) -> str:
    return quote(key) if owner is None else f"{owner}.{quote(key)}"


class _Part:
    """The expected objects by id, as change after change is taken."""

    def __init__(self, expected: SchemaDocument, live: SchemaDocument, nested: Nested) -> None:
        self._expected = expected
        self._objects = _by_id(expected)
        self._live = _by_id(live)
        self._nested = nested
        self._named: dict[int, Table] = {}
        """The tables before any of their columns changes, by whose names their keys are written."""

    def document(self) -> SchemaDocument:
        items = [self._with_keys(key, item) for key, item in self._objects.items()]
        named = attrgetter("schema", "name")
        return replace(
            self._expected,
            schemas=tuple(sorted((o for o in items if isinstance(o, Schema)), key=attrgetter("name"))),
            tables=tuple(sorted((o for o in items if isinstance(o, Table)), key=named)),
            views=tuple(sorted((o for o in items if isinstance(o, View)), key=named)),
            macros=tuple(sorted((o for o in items if isinstance(o, Macro)), key=attrgetter("schema", "name", "kind"))),
        )

    def _with_keys(self, key: int, item: Schema | Table | View | Macro) -> Schema | Table | View | Macro:
        """Write keys by the new names of their columns; only now, since two columns may swap their names."""
        named = self._named.get(key)
        if named is None or not isinstance(item, Table):
            return item
        return replace(
            item,
            partition_by=keys_under_other_names(named.partition_by, named, item),
            sorted_by=keys_under_other_names(named.sorted_by, named, item),
        )

    def take(self, located: Located) -> None:
        if located.change.object == "column":
            for table_id, column_id in located.keys:
                self._take_column(located.change, table_id, column_id)
            return
        former = [key for key, _ in located.keys if key in self._objects]
        now = [key for key, _ in located.keys if key in self._live]
        if located.change.change == "removed":
            for key in former:
                del self._objects[key]
        elif located.change.change == "added":
            self._objects |= {key: self._live[key] for key in now}
        else:
            self._take_details(located.change, former, now)

    def _take_details(self, change: Change, former: Sequence[int], now: Sequence[int]) -> None:
        live = next((self._live[key] for key in now), None)
        own = next((self._objects[key] for key in former if key not in now), None)
        own = own or next((self._objects[key] for key in former), None)
        fields = {detail.field for detail in change.details}
        if isinstance(own, Table) and isinstance(live, Table):
            self._objects[own.id or 0] = _table(own, live, fields, is_renamed=change.change == "renamed")
        elif isinstance(own, View) and isinstance(live, View):
            del self._objects[own.id or 0]
            kept = {field: getattr(own, field) for field in ("sql", "column_aliases", "comment") if field not in fields}
            kept |= {} if change.change == "renamed" else {"name": own.name, "schema": own.schema}
            self._objects[live.id or 0] = replace(live, **kept)
        elif own is not None and live is not None:
            del self._objects[own.id or 0]
            self._objects[live.id or 0] = live

    def _take_column(self, change: Change, table_id: int, column_id: int | None) -> None:
        own, live = self._objects.get(table_id), self._live.get(table_id)
        if not (isinstance(own, Table) and isinstance(live, Table)):
            return
        self._named.setdefault(table_id, own)
        columns = _changed(own.columns, live.columns, column_id, change, self._nested)
        self._objects[table_id] = replace(own, columns=columns)


def _by_id(schema: SchemaDocument) -> dict[int, Schema | Table | View | Macro]:
    kinds = (schema.schemas, schema.tables, schema.views, schema.macros)
    return {item.id or 0: item for kind in kinds for item in kind}


def _table(own: Table, live: Table, fields: set[str], *, is_renamed: bool) -> Table:
    columns = own.columns
    if "column_order" in fields:
        places = {column.id: place for place, column in enumerate(live.columns)}
        order = iter(sorted((c for c in columns if c.id in places), key=lambda column: places[column.id]))
        columns = tuple(next(order) if column.id in places else column for column in columns)
    partitions = keys_under_other_names(live.partition_by, live, own) if "partition_by" in fields else own.partition_by
    return replace(
        own,
        schema=live.schema if is_renamed else own.schema,
        name=live.name if is_renamed else own.name,
        comment=live.comment if "comment" in fields else own.comment,
        columns=columns,
        partition_by=partitions,
        sorted_by=keys_under_other_names(live.sorted_by, live, own) if "sorted_by" in fields else own.sorted_by,
    )


def _changed(
    own: Sequence[Column], live: Sequence[Column], column_id: int | None, change: Change, nested: Nested
) -> tuple[Column, ...]:
    """The columns with a change of one of them, or of a field in one of them."""
    columns, now = list(own), {column.id: column for column in live}
    places = [place for place, column in enumerate(columns) if column.id == column_id]
    if column_id is None:
        lost = [(place, quote(column.name)) for place, column in enumerate(columns) if column.id is None]
        places = [place for place, own_name in lost if change.name.endswith(f".{own_name}")]
    match change.change:
        case "removed" if places:
            del columns[places[0]]
        case "added" if column_id in now:
            before = [column.id for column in live[: [column.id for column in live].index(column_id)]]
            place = max((place for place, column in enumerate(columns) if column.id in before), default=-1)
            columns.insert(place + 1, now[column_id])
        case "renamed" | "modified" if places and column_id in now:
            columns[places[0]] = _column(columns[places[0]], now[column_id], change)
        case _:
            columns = [_with_field(column, now.get(column.id), column_id, change, nested) for column in columns]
    return tuple(columns)


def _with_field(column: Column, live: Column | None, column_id: int | None, change: Change, nested: Nested) -> Column:
    if live is None or not column.fields:
        return column
    fields = _changed(column.fields, live.fields, column_id, change, nested)
    return column if fields == column.fields else replace(column, fields=fields, type=nested(nesting(column), fields))


def _column(own: Column, live: Column, change: Change) -> Column:
    fields = {detail.field for detail in change.details} | ({"name"} if change.change == "renamed" else set())
    taken = {field: getattr(live, field) for field in COLUMN_PROPERTIES if field in fields}
    return replace(own, fields=live.fields if "type" in fields else own.fields, **taken)
