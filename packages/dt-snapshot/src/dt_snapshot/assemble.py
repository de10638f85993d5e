"""Puts the rows of DuckLake's metadata together to a schema. Pure: rows in, values out."""

import re
from collections.abc import Callable, Iterable, Sequence, Set
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from dt_contract.schema import Column, Macro, Overload, Parameter, Table, View
from dt_lake.sql import name
from dt_lake.sqltypes import NESTED, literal_default, nested_type, sql_type

Row = tuple[Any, ...]
_TABLE = itemgetter(0)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ALIAS = re.compile(r'"((?:[^"]|"")*)"')


def columns_by_table(rows: Sequence[Row], keywords: Callable[[], Set[str]]) -> dict[int, tuple[Column, ...]]:
    """Gives the columns of each table from rows sorted by table and position.

    `keywords` gives DuckDB's, and is called only when there is a nested column.
    """
    children: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        if row[2] is not None:
            children.setdefault((row[0], row[2]), []).append(row)
    build = _builder(children, keywords() if children else frozenset())
    top = (row for row in rows if row[2] is None)
    return {table: tuple(map(build, group)) for table, group in groupby(top, key=_TABLE)}


def _builder(children: dict[tuple[int, int], list[Row]], keywords: Set[str]) -> Callable[[Row], Column]:
    """Gives the function from a row to its column, which is called a hundred thousand times in a large lake."""
    types = _Types()

    def build(row: Row) -> Column:
        table, column_id, parent, name, stored, nullable, default, default_type, comment = row
        if stored in NESTED:
            fields = tuple(map(build, children.get((table, column_id), ())))
            sql = nested_type(stored, ((field.name, field.type) for field in fields), keywords)
            # DuckDB stores a default of a nested column, and ignores it; a field's nulls_allowed means nothing.
            nullable = nullable or parent is not None
            return Column(id=column_id, name=name, type=sql, nullable=nullable, comment=comment, fields=fields)
        sql = types[stored]
        if parent is not None:
            nullable = True
        default = None if default is None or default == "NULL" else _default(default, default_type, sql)
        return Column(id=column_id, name=name, type=sql, nullable=nullable, default=default, comment=comment)

    return build


class _Types(dict[str, str]):
    """The SQL types by their stored names, filled as they are asked for."""

    def __missing__(self, stored: str) -> str:
        return self.setdefault(stored, sql_type(stored))


@lru_cache(maxsize=1024)
def _default(value: str, kind: str, sql: str) -> str:
    return value if kind == "expression" else literal_default(value, sql)


def keys_by_table(rows: Iterable[tuple[int, str]]) -> dict[int, tuple[str, ...]]:
    """Gives the partition or sort keys of each table from rows sorted by table and position."""
    return {table: tuple(key for _, key in group) for table, group in groupby(rows, key=_TABLE)}


def partition_keys(
    rows: Iterable[tuple[int, str, int]], columns: dict[int, tuple[Column, ...]]
) -> Iterable[tuple[int, str]]:
    """Gives (table, key), with the column's name in its transform: `year(ts)`, `bucket(4, id)`, `"a b"`."""
    for table, transform, column_id in rows:
        name = next((found for column in columns.get(table, ()) if (found := _path(column, column_id))), str(column_id))
        if transform == "identity":
            yield table, name
        elif transform.endswith(")"):
            yield table, f"{transform[:-1]}, {name})"
        else:
            yield table, f"{transform}({name})"


def _path(column: Column, column_id: int) -> str | None:
    if column.id == column_id:
        return _written(column.name)
    below = (_path(field, column_id) for field in column.fields)
    return next((f"{_written(column.name)}.{path}" for path in below if path), None)


def _written(identifier: str) -> str:
    """In quotes only where a comma, a parenthesis or a space could be taken for more than a part of it."""
    return identifier if _PLAIN.fullmatch(identifier) else name(identifier)


def tables(
    rows: Iterable[Row],
    schemas: dict[int, str],
    columns: dict[int, tuple[Column, ...]],
    partitions: dict[int, tuple[str, ...]],
    sorts: dict[int, tuple[str, ...]],
    options: dict[int, dict[str, str]],
) -> tuple[Table, ...]:
    """Gives the tables, sorted by schema and name."""
    found = [
        Table(
            id=table_id,
            uuid=uuid,
            schema=schemas[schema_id],
            name=name,
            comment=comment,
            columns=columns.get(table_id, ()),
            partition_by=partitions.get(table_id, ()),
            sorted_by=sorts.get(table_id, ()),
            options=options.get(table_id, {}),
        )
        for table_id, uuid, schema_id, name, comment in rows
    ]
    return tuple(sorted(found, key=lambda table: (table.schema, table.name)))


def views(rows: Iterable[Row], schemas: dict[int, str], read: Callable[[str], str] = str) -> tuple[View, ...]:
    """Return the views, sorted by schema and name; `read` makes their SQL from what is stored."""
    found = [
        View(
            id=view_id,
            uuid=uuid,
            schema=schemas[schema_id],
            name=name,
            column_aliases=_aliases(aliases),
            sql=read(sql),
            comment=comment,
        )
        for view_id, uuid, schema_id, name, sql, aliases, comment in rows
    ]
    return tuple(sorted(found, key=lambda view: (view.schema, view.name)))


def _aliases(stored: str | None) -> tuple[str, ...]:
    """DuckLake stores them as a list of quoted names: `"a b","c"`."""
    return tuple(alias.replace('""', '"') for alias in _ALIAS.findall(stored or ""))


def macros(rows: Iterable[Row], schemas: dict[int, str], read: Callable[[str], str] = str) -> tuple[Macro, ...]:
    """Return the macros, sorted by schema, name and kind, from rows sorted by macro, overload and parameter."""
    found = []
    for _, macro_rows in groupby(rows, key=itemgetter(0)):
        group = list(macro_rows)
        macro_id, schema_id, name, kind = group[0][:4]
        overloads = tuple(_overload(list(overload), read) for _, overload in groupby(group, key=itemgetter(4)))
        found.append(Macro(id=macro_id, schema=schemas[schema_id], name=name, kind=kind, overloads=overloads))
    return tuple(sorted(found, key=lambda macro: (macro.schema, macro.name, macro.kind)))


def _overload(rows: Sequence[Row], read: Callable[[str], str]) -> Overload:
    parameters = tuple(_parameter(*row[6:]) for row in rows if row[6] is not None)
    return Overload(parameters=parameters, sql=read(rows[0][5]))


def _parameter(name: str, stored: str, default: str | None, default_type: str | None) -> Parameter:
    """A parameter without a type, or without a default, has the type `unknown` there."""
    has_default = default_type not in (None, "unknown")
    return Parameter(
        name=name,
        type=None if stored == "unknown" else sql_type(stored),
        default=literal_default(default or "", sql_type(default_type or "")) if has_default else None,
    )
