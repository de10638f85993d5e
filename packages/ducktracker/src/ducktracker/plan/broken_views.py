"""Which views of a lake a change breaks, and why.

A view's query may leave out the schema of what it reads, which DuckDB then looks for in the current schema too. So it
is asked with each schema that a reader is likely to be in, before and after the change.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import duckdb

from dt_contract.errors import Stop
from dt_contract.identifiers import fold
from dt_lake.attach import place
from dt_lake.errors import LakeFault, loading
from dt_lake.lake import Lake
from dt_lake.sql import name
from dt_lint.script.statements import first_line

View = tuple[str, str]
_VIEWS = """
SELECT schema_name, view_name FROM {views} v JOIN {schemas} s USING (schema_id)
WHERE v.end_snapshot IS NULL AND s.end_snapshot IS NULL ORDER BY ALL
"""
_SCHEMAS = "SELECT schema_name FROM {schemas} WHERE end_snapshot IS NULL ORDER BY ALL"
_OUT_OF_REACH = re.compile(
    r'(Permission|IO|HTTP) Error: |.*(Catalog "[^"]*" does not exist|exists in the \w+ extension|extension \w+ is not)'
)
"""What DuckDB says of a view that reads something else than the lake."""


class Views(NamedTuple):
    """The views of a lake (schema, name), those that can be read in each current schema, and why others can't be."""

    views: frozenset[View]
    readable: Mapping[str, frozenset[View]]
    reasons: Mapping[View, str]

    @property
    def unreadable(self) -> frozenset[View]:
        """Those that can be read in no current schema, such as for want of an extension."""
        return self.views.difference(*self.readable.values())

    @property
    def out_of_reach(self) -> frozenset[View]:
        """Those of the unreadable ones of which a branch can't tell whether they are."""
        return frozenset(view for view in self.unreadable if _OUT_OF_REACH.match(self.reasons[view]))


def look_at_views(lake: Lake) -> Views:
    """Return which views DuckDB can bind; nothing of them is read. It leaves the session without a current schema."""
    # DuckDB would load all tables of the lake to list its views.
    query = _VIEWS.format(views=lake.metadata("ducklake_view"), schemas=lake.metadata("ducklake_schema"))
    found = lake.connection.execute(query).fetchall()
    views = frozenset((str(schema), str(view)) for schema, view in found)
    readable: dict[str, frozenset[View]] = {}
    reasons: dict[View, str] = {}
    for schema in _current_schemas(lake) if views else ():
        with loading(place(lake.config.connection)):
            lake.connection.execute(f"USE {name(lake.catalog, schema)}")
        failed = {view: reason for view in views if (reason := _failure(lake, *view))}
        reasons |= failed
        readable[schema] = views - failed.keys()
    if views:
        lake.connection.execute("USE memory.main")
    return Views(views, readable, reasons)


def _current_schemas(lake: Lake) -> list[str]:
    wanted = ("main", fold(lake.config.migrations.target_schema))
    found = lake.connection.execute(_SCHEMAS.format(schemas=lake.metadata("ducklake_schema"))).fetchall()
    return [schema for (schema,) in found if fold(schema) in wanted]


def newly_broken(before: Views, after: Views) -> set[View]:
    """Return the views that could be read in some current schema, and can't be now, and new ones that can't be at all.

    What could not be bound before either, such as for want of an extension, is not among them.
    """
    both = before.readable.keys() & after.readable.keys()
    lost = {view for schema in both for view in before.readable[schema] - after.readable[schema]}
    return ((lost & after.views) | (after.unreadable - before.unreadable)) - after.out_of_reach


def _failure(lake: Lake, schema: str, view: str) -> str | None:
    """Why a view can't be bound, in the words of DuckDB."""
    try:
        lake.connection.execute(f"EXPLAIN SELECT * FROM {name(lake.catalog, schema, view)}").fetchall()
    except LakeFault as fault:
        if not _OUT_OF_REACH.match(fault.text):
            raise
        return first_line(fault.text)
    except Stop:
        raise
    except duckdb.Error as error:
        return first_line(str(error))
    return None
