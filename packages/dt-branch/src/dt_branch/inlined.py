"""Copies the tables of small rows from another catalog, with the types that DuckLake gives them in a DuckDB file.

PostgreSQL has other types for them: text is BYTEA there, since it may hold zero bytes, and what PostgreSQL has no like
for is text (docs/ducklake-facts.md#inlined-rows-in-postgresql).
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import duckdb

from dt_branch.metadata import INLINED_DELETES, Draft
from dt_config.config import Connection
from dt_lake.sql import literal, name
from dt_lake.sqltypes import NESTED, nested_type, sql_type
from dt_lake.stored import CATALOG, schema_of, table_of

_SYSTEM = (("row_id", "BIGINT"), ("begin_snapshot", "BIGINT"), ("end_snapshot", "BIGINT"))
_DELETES = (("file_id", "BIGINT"), ("row_id", "BIGINT"), ("begin_snapshot", "BIGINT"))
_TEXT = frozenset(("varchar", "json"))
_COLUMNS = """
SELECT i.table_name, c.column_id, c.column_name, c.column_type, c.parent_column
FROM {inlined} i
JOIN (SELECT schema_version, min(begin_snapshot) AS moment FROM {versions} GROUP BY ALL) v USING (schema_version)
JOIN {columns} c ON c.table_id = i.table_id
 AND c.begin_snapshot <= v.moment AND (c.end_snapshot IS NULL OR c.end_snapshot > v.moment)
ORDER BY i.table_name, c.column_order
"""
_FILLED_IN_POSTGRES = r"""
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = {schema} AND c.relkind = 'r' AND c.relname LIKE 'ducklake\_inlined\_d%'
 AND pg_relation_size(c.oid) > 0
"""


class _Column(NamedTuple):
    id: int
    name: str
    type: str
    parent: int | None


def copy_inlined(draft: Draft, settings: Connection) -> None:
    """Make all of them in one go, and fill those that have rows."""
    some = _filled(draft.connection, CATALOG, schema_of(settings), is_postgres=settings.catalog_backend == "postgres")
    tables = _tables(draft)
    made = {table: [*_SYSTEM, *((column, type_) for column, type_, _ in columns)] for table, columns in tables.items()}
    made |= {table: list(_DELETES) for table in some if table.startswith(INLINED_DELETES)}
    if made:
        draft.run("; ".join(_create(draft.table(table), columns) for table, columns in made.items()))
    for table in sorted(some.intersection(made)):
        reads = [name(column) for column, _ in made[table][:3]]
        reads += [_read(column, type_, stored, settings) for column, type_, stored in tables.get(table, ())]
        source = table_of(settings, table)
        draft.run_here(f"INSERT INTO {draft.table(table)} SELECT {', '.join(reads)} FROM {source}")


def _create(table: str, columns: Iterable[tuple[str, str]]) -> str:
    return f"CREATE TABLE {table} ({', '.join(f'{name(column)} {type_}' for column, type_ in columns)})"


def _read(column: str, type_: str, stored: str, settings: Connection) -> str:
    if settings.catalog_backend != "postgres":
        return name(column)
    return f"decode({name(column)})::{type_}" if stored in _TEXT else f"{name(column)}::{type_}"


def filled(draft: Draft) -> set[str]:
    """Return the tables of small rows, and of the positions of deleted ones, that may have rows; by one query."""
    return _filled(draft.connection, draft.catalog, draft.schema, is_postgres=draft.is_postgres)


def _filled(connection: duckdb.DuckDBPyConnection, catalog: str, schema: str, *, is_postgres: bool) -> set[str]:
    if is_postgres:
        query = f"FROM postgres_query('{catalog}', {literal(_FILLED_IN_POSTGRES.format(schema=literal(schema)))})"
    else:
        query = (
            f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{catalog}'"
            f" AND schema_name = {literal(schema)} AND starts_with(table_name, 'ducklake_inlined_d')"
            " AND estimated_size > 0"
        )
    return {str(table) for (table,) in connection.execute(query).fetchall() if table != "ducklake_inlined_data_tables"}


def _tables(draft: Draft) -> dict[str, list[tuple[str, str, str]]]:
    """The columns of the user in each table of small rows: name, SQL type, and the type as DuckLake stores it."""
    query = _COLUMNS.format(
        inlined=draft.table("inlined_data_tables"),
        versions=draft.table("schema_versions"),
        columns=draft.table("column"),
    )
    found: dict[str, list[_Column]] = defaultdict(list)
    for table, *column in draft.connection.execute(query).fetchall():
        found[table].append(_Column(*column))
    rows = draft.connection.execute("SELECT keyword_name FROM duckdb_keywords()").fetchall()
    keywords = frozenset(str(word) for (word,) in rows)
    return {table: _typed(columns, keywords) for table, columns in found.items()}


def _typed(columns: list[_Column], keywords: frozenset[str]) -> list[tuple[str, str, str]]:
    children: dict[int | None, list[_Column]] = defaultdict(list)
    for column in columns:
        children[column.parent].append(column)

    def type_of(column: _Column) -> str:
        if column.type not in NESTED:
            return sql_type(column.type)
        return nested_type(column.type, [(child.name, type_of(child)) for child in children[column.id]], keywords)

    return [(column.name, type_of(column), column.type) for column in children[None]]
