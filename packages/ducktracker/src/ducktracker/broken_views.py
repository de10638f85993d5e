"""Which views of a lake can't be read."""

import duckdb

from dt_contract.errors import Stop
from dt_lake.lake import Lake
from dt_lake.sql import literal, name

View = tuple[str, str]
_VIEWS = "SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = {catalog} ORDER BY ALL"


def broken_views(lake: Lake) -> set[View]:
    """Gives the views (schema, name) that DuckDB can't bind; nothing of them is read."""
    views = lake.connection.execute(_VIEWS.format(catalog=literal(lake.catalog))).fetchall()
    return {(schema, view) for schema, view in views if not _binds(lake, schema, view)}


def _binds(lake: Lake, schema: str, view: str) -> bool:
    try:
        lake.connection.execute(f"EXPLAIN SELECT * FROM {name(lake.catalog, schema, view)}").fetchall()
    except Stop:
        raise
    except duckdb.Error:
        return False
    return True
