"""Which views of a lake a change breaks.

A view's query may leave out the schema of what it reads, which DuckDB then looks for in the current schema too. So it
is asked with each schema that a reader is likely to be in, before and after the change.
"""

from collections.abc import Mapping
from typing import NamedTuple

import duckdb

from dt_contract.errors import Stop
from dt_lake.identifiers import fold
from dt_lake.lake import Lake
from dt_lake.sql import literal, name

View = tuple[str, str]
_VIEWS = "SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = {catalog} ORDER BY ALL"

_SCHEMAS = "SELECT schema_name FROM duckdb_schemas() WHERE database_name = {catalog} ORDER BY ALL"


class Views(NamedTuple):
    """The views of a lake (schema, name), and those that can be read in each current schema."""

    views: frozenset[View]
    readable: Mapping[str, frozenset[View]]

    @property
    def unreadable(self) -> frozenset[View]:
        """Those that can be read in no current schema, such as for want of an extension."""
        return self.views.difference(*self.readable.values())


def look_at_views(lake: Lake) -> Views:
    """Return which views DuckDB can bind; nothing of them is read. It changes the session's current schema."""
    found = lake.connection.execute(_VIEWS.format(catalog=literal(lake.catalog))).fetchall()
    views = frozenset((str(schema), str(view)) for schema, view in found)
    readable = {}
    for schema in _current_schemas(lake) if views else ():
        lake.connection.execute(f"USE {name(lake.catalog, schema)}")
        readable[schema] = frozenset(view for view in views if _binds(lake, *view))
    return Views(views, readable)


def _current_schemas(lake: Lake) -> list[str]:
    wanted = ("main", fold(lake.config.migrations.target_schema))
    found = lake.connection.execute(_SCHEMAS.format(catalog=literal(lake.catalog))).fetchall()
    return [schema for (schema,) in found if fold(schema) in wanted]


def newly_broken(before: Views, after: Views) -> set[View]:
    """Return the views that could be read in some current schema, and can't be now, and new ones that can't be at all.

    What could not be bound before either, such as for want of an extension, is not among them.
    """
    both = before.readable.keys() & after.readable.keys()
    lost = {view for schema in both for view in before.readable[schema] - after.readable[schema]}
    return (lost & after.views) | (after.unreadable - before.unreadable)


def _binds(lake: Lake, schema: str, view: str) -> bool:
    try:
        lake.connection.execute(f"EXPLAIN SELECT * FROM {name(lake.catalog, schema, view)}").fetchall()
    except Stop:
        raise
    except duckdb.Error:
        return False
    return True
