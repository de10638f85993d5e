"""Columns that were altered since their table was created: DuckLake refuses them a default that is no literal."""

from dt_contract.schema import SchemaDocument, Table
from dt_diff.sql.literals import is_literal
from dt_lake.lake import Lake
from dt_snapshot.lifetimes import read_versions

_EVER = -1


def altered_columns(lake: Lake, now: SchemaDocument, wanted: SchemaDocument) -> set[tuple[str, str, str]]:
    """Return those columns of tables that are to get such a default, as (schema, table, column) of `now`."""
    there = {table.id: table for table in now.tables}
    tables = [there[table.id] for table in wanted.tables if table.id in there and _asks(there[table.id], table)]
    if not tables:
        return set()
    versions = read_versions(lake, _EVER, {table.id or 0 for table in tables})
    found = set()
    for table in tables:
        created = min((row.begin for row in versions.tables.get(table.id or 0, ())), default=0)
        altered = {row.column_id for row in versions.columns.get(table.id or 0, ()) if row.begin > created}
        found |= {(table.schema, table.name, column.name) for column in table.columns if column.id in altered}
    return found


def _asks(now: Table, wanted: Table) -> bool:
    """Whether a default that is no literal is to be set."""
    defaults = {column.id: column.default for column in now.columns}
    return any(
        column.default is not None and not is_literal(column.default) and defaults.get(column.id) != column.default
        for column in wanted.columns
    )
