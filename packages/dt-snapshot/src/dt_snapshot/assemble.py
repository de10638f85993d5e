"""Puts the rows of DuckLake's metadata together to a schema. Pure: rows in, values out."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import lru_cache
from itertools import groupby
from operator import attrgetter, itemgetter

from dt_contract.schema import Column, Macro, Overload, Parameter, Table, View
from dt_lake.sql import name
from dt_lake.sqltypes import NESTED, literal_default, nested_type, sql_type
from dt_snapshot.rows import ColumnRow, MacroRow, PartitionRow, SortRow, TableRow, ViewRow

Comments = Mapping[tuple[int, int], str | None]
"""By table and column."""
Keys = Mapping[int, tuple[str, ...]]
"""By table."""
_TABLE = itemgetter(0)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ALIAS = re.compile(r'"((?:[^"]|"")*)"')


def columns_by_table(
    rows: Sequence[ColumnRow], comments: Comments, keywords: Callable[[], Set[str]]
) -> dict[int, tuple[Column, ...]]:
    """Return the columns of each table from rows sorted by table and position.

    `comments` are told by table and column. `keywords` returns DuckDB's, and is called only for a nested column.
    """
    children: dict[tuple[int, int], list[ColumnRow]] = {}
    for row in rows:
        if row.parent is not None:
            children.setdefault((row.object_id, row.parent), []).append(row)
    build = _builder(children, comments, keywords() if children else frozenset())
    top = (row for row in rows if row.parent is None)
    return {table: tuple(map(build, group)) for table, group in groupby(top, key=_TABLE)}


def _builder(
    children: dict[tuple[int, int], list[ColumnRow]], comments: Comments, keywords: Set[str]
) -> Callable[[ColumnRow], Column]:
    """Return the function from a row to its column, which is called a hundred thousand times in a large lake."""
    types = _Types()

    def build(row: ColumnRow) -> Column:
        table, _, _, column_id, parent, name, stored, nullable, default, default_type = row
        comment = comments.get((table, column_id)) if comments else None
        if stored in NESTED:
            fields = tuple(map(build, children.get((table, column_id), ())))
            sql = nested_type(stored, ((field.name, field.type) for field in fields), keywords)
            # DuckDB stores a default of a nested column, and ignores it; a field's nulls_allowed means nothing.
            nullable = nullable or parent is not None
            return Column(id=column_id, name=name, type=sql, nullable=nullable, comment=comment, fields=fields)
        sql = types[stored]
        if parent is not None:
            nullable = True
        default = None if default is None or default == "NULL" else _default(default, default_type or "", sql)
        return Column(id=column_id, name=name, type=sql, nullable=nullable, default=default, comment=comment)

    return build


class _Types(dict[str, str]):
    """The SQL types by their stored names, filled as they are asked for."""

    def __missing__(self, stored: str) -> str:
        return self.setdefault(stored, sql_type(stored))


@lru_cache(maxsize=1024)
def _default(value: str, kind: str, sql: str) -> str:
    return value if kind == "expression" else literal_default(value, sql)


def sort_keys(rows: Iterable[SortRow]) -> Keys:
    """Return the sort keys of each table from rows sorted by table and position."""
    return {table: tuple(row.key for row in group) for table, group in groupby(rows, key=_TABLE)}


def partition_keys(rows: Iterable[PartitionRow], columns: dict[int, tuple[Column, ...]]) -> Keys:
    """Return the partition keys of each table, with the column's name in its transform: `year(ts)`, `bucket(4, id)`."""
    return {
        table: tuple(_partition_key(row, columns.get(table, ())) for row in group)
        for table, group in groupby(rows, key=_TABLE)
    }


def _partition_key(row: PartitionRow, columns: tuple[Column, ...]) -> str:
    paths = (found for column in columns if (found := _path(column, row.column_id)))
    name = next(paths, str(row.column_id))
    if row.transform == "identity":
        return name
    return f"{row.transform[:-1]}, {name})" if row.transform.endswith(")") else f"{row.transform}({name})"


def _path(column: Column, column_id: int) -> str | None:
    if column.id == column_id:
        return _written(column.name)
    below = (_path(field, column_id) for field in column.fields)
    return next((f"{_written(column.name)}.{path}" for path in below if path), None)


def _written(identifier: str) -> str:
    """In quotes only where a comma, a parenthesis or a space could be taken for more than a part of it."""
    return identifier if _PLAIN.fullmatch(identifier) else name(identifier)


def tables(
    rows: Iterable[TableRow],
    comments: Mapping[int, str | None],
    schemas: Mapping[int, str],
    columns: dict[int, tuple[Column, ...]],
    partitions: Keys,
    sorts: Keys,
) -> tuple[Table, ...]:
    """Return the tables, sorted by schema and name, without options."""
    found = [
        Table(
            id=row.object_id,
            uuid=row.uuid,
            schema=schemas[row.schema_id],
            name=row.name,
            comment=comments.get(row.object_id),
            columns=columns.get(row.object_id, ()),
            partition_by=partitions.get(row.object_id, ()),
            sorted_by=sorts.get(row.object_id, ()),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda table: (table.schema, table.name)))


def views(
    rows: Iterable[ViewRow], comments: Mapping[int, str | None], schemas: Mapping[int, str], read: Callable[[str], str]
) -> tuple[View, ...]:
    """Return the views, sorted by schema and name; `read` makes their SQL from what is stored."""
    found = [
        View(
            id=row.object_id,
            uuid=row.uuid,
            schema=schemas[row.schema_id],
            name=row.name,
            column_aliases=_aliases(row.aliases),
            sql=read(row.sql),
            comment=comments.get(row.object_id),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda view: (view.schema, view.name)))


def _aliases(stored: str | None) -> tuple[str, ...]:
    """DuckLake stores them as a list of quoted names: `"a b","c"`."""
    return tuple(alias.replace('""', '"') for alias in _ALIAS.findall(stored or ""))


def macros(rows: Iterable[MacroRow], schemas: Mapping[int, str], read: Callable[[str], str]) -> tuple[Macro, ...]:
    """Return the macros, sorted by schema, name and kind, from rows sorted by macro, overload and parameter."""
    found = []
    for macro_id, macro_rows in groupby(rows, key=_TABLE):
        group = list(macro_rows)
        first = group[0]
        overloads = tuple(_overload(list(same), read) for _, same in groupby(group, key=attrgetter("overload")))
        found.append(
            Macro(id=macro_id, schema=schemas[first.schema_id], name=first.name, kind=first.kind, overloads=overloads)
        )
    return tuple(sorted(found, key=lambda macro: (macro.schema, macro.name, macro.kind)))


def _overload(rows: Sequence[MacroRow], read: Callable[[str], str]) -> Overload:
    parameters = tuple(_parameter(row.parameter, row) for row in rows if row.parameter is not None)
    return Overload(parameters=parameters, sql=read(rows[0].sql))


def _parameter(name: str, row: MacroRow) -> Parameter:
    """A parameter without a type, or without a default, has the type `unknown` there."""
    has_default = row.default_type not in (None, "unknown")
    return Parameter(
        name=name,
        type=None if row.type in (None, "unknown") else sql_type(row.type),
        default=literal_default(row.default or "", sql_type(row.default_type or "")) if has_default else None,
    )
