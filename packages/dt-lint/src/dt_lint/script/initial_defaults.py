"""Which columns have a default for the rows that are older than the column."""

from dt_contract.identifiers import fold
from dt_lake.lake import Lake
from dt_lake.sql import literal
from dt_lint.script.names import Name

# SQL's lower() knows more letters than DuckDB's names do: what it finds is compared again.
_INITIAL = """
SELECT s.schema_name, t.table_name, c.column_name
FROM {names[table]} t JOIN {names[schema]} s USING (schema_id) JOIN {names[column]} c USING (table_id)
WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL AND c.end_snapshot IS NULL
  AND lower(t.table_name) = lower({table}) AND lower(c.column_name) = lower({column}) AND c.initial_default IS NOT NULL
"""


def has_initial_default(lake: Lake, table: Name | None, column: str) -> bool:
    """Return whether a column, or a field of that name, was added with a default before the open transaction."""
    if table is None:
        return False
    names = {kind: lake.metadata(f"ducklake_{kind}") for kind in ("schema", "table", "column")}
    rows = lake.connection.execute(_INITIAL.format(names=names, table=literal(table.name), column=literal(column)))
    return any(table.may_be(row[0], row[1]) and fold(row[2]) == column for row in rows.fetchall())
