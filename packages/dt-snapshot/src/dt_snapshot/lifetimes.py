"""Reads objects with the lifetimes of their versions, with as many queries for one object as for all."""

import functools
from collections.abc import Collection, Iterable

from dt_lake.lake import Lake
from dt_snapshot import queries, rows
from dt_snapshot.catalog_name import without_catalog
from dt_snapshot.rows import Lifetime, Query, R, read_rows
from dt_snapshot.versions import Grouped, Versions

_MANY = 1000
"""From so many objects on, all rows are read instead of naming the objects."""


def read_versions(lake: Lake, since: int, objects: Collection[int], *, as_stored: bool = False) -> Versions:
    """Return all versions of the objects that were not over at a snapshot, with a constant number of queries.

    SQL in them is without the catalog's name, unless it is wanted as it is stored.
    """
    named = "IS NOT NULL" if len(objects) > _MANY else f"IN ({', '.join(map(str, sorted(objects))) or 'NULL'})"
    return _read(lake, Lifetime(since), named, as_stored=as_stored)


def read_moment(lake: Lake, snapshot: int, *, as_stored: bool = False) -> Versions:
    """Return the versions of all objects that were live at a snapshot, as `read_versions` does."""
    return _read(lake, Lifetime(snapshot, is_moment=True), "IS NOT NULL", as_stored=as_stored)


def _read(lake: Lake, lifetime: Lifetime, named: str, *, as_stored: bool) -> Versions:
    def read(query: Query[R]) -> list[R]:
        return read_rows(lake, query, lifetime, named)

    views, macros = read(rows.VIEWS), read(rows.MACROS)
    texts = [*(row.sql for row in views), *(row.sql for row in macros)]
    return Versions(
        schemas=read(rows.SCHEMAS),
        tables=_grouped(read(rows.TABLES)),
        columns=_grouped(read(rows.COLUMNS)),
        comments=_grouped(read(rows.COMMENTS)),
        column_comments=_grouped(read(rows.COLUMN_COMMENTS)),
        partitions=_grouped(read(rows.PARTITIONS)),
        sorts=_grouped(read(rows.SORTS)),
        views=_grouped(views),
        macros=_grouped(macros),
        is_history=lake.is_history,
        read=str if as_stored else functools.cache(without_catalog(lake.connection, lake.catalog, texts)),
        keywords=functools.cache(lambda: _keywords(lake)),
    )


def _grouped(found: Iterable[R]) -> Grouped[R]:
    grouped: dict[int, list[R]] = {}
    for row in found:
        grouped.setdefault(row[0], []).append(row)
    return grouped


def _keywords(lake: Lake) -> frozenset[str]:
    return frozenset(row[0] for row in lake.connection.execute(queries.KEYWORDS).fetchall())
