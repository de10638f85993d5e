"""Whether a catalog is made of tables as every lake's is. Somebody may have put a view in place of one of them."""

from typing import assert_never

import duckdb

from dt_config.config import Connection
from dt_contract.errors import LakeError
from dt_lake.catalog import CATALOG, asked_of, schema_of, table_of
from dt_lake.catalog_columns import COLUMNS, FILLED, missing_column
from dt_lake.column_types import wrong_column
from dt_lake.meaning import place, tampered
from dt_lake.sql import literal
from dt_lake.sqlite import column_types, relations

TABLES = frozenset(COLUMNS)
_SNAPSHOT = "ducklake_snapshot"
_INLINED = "ducklake_inlined_data_"
_OF_POSTGRES = """
SELECT c.relname, c.relkind = 'r' AND NOT c.relrowsecurity AND NOT EXISTS (
  SELECT 1 FROM pg_inherits i WHERE i.inhparent = c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = {schema} AND (c.relname LIKE 'ducklake%' OR c.relname = 'ducktracker_branch')
"""
_TYPES_IN_POSTGRES = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname = {schema} AND c.relname IN ({tables}) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum
"""


def relations_of(connection: duckdb.DuckDBPyConnection, settings: Connection) -> dict[str, bool]:
    """Return whether each relation of the catalog is a table.

    Of a DuckDB file only tables are looked for, as asking for a view can bind it.
    """
    schema = literal(schema_of(settings))
    match settings.catalog_backend:
        case "duckdb":
            where = f"database_name = '{CATALOG}' AND schema_name = {schema}"
            query = f"SELECT table_name, true FROM duckdb_tables() WHERE {where}"
        case "postgres":
            query = f"FROM postgres_query('{CATALOG}', {literal(_OF_POSTGRES.format(schema=schema))})"
        case "sqlite":
            query = relations(CATALOG)
        case _:
            assert_never(settings.catalog_backend)
    return dict(connection.execute(query).fetchall())


def check_tables(connection: duckdb.DuckDBPyConnection, settings: Connection, tables: set[str]) -> None:
    """Raise LakeError if one of those that every lake has is none of the tables."""
    missing = TABLES - tables
    if missing:
        raise not_a_table(settings, min(missing))


def check_inlined(connection: duckdb.DuckDBPyConnection, settings: Connection, tables: dict[str, bool]) -> None:
    """Raise LakeError if small rows are in anything but tables of their own.

    Where others may make and drop them meanwhile, one may be missing.
    """
    inlined = connection.execute(f"SELECT table_name FROM {table_of(settings, f'{_INLINED}tables')}")
    named = {str(table) for (table,) in inlined.fetchall()}
    if named and not settings.has_one_writer:
        tables = relations_of(connection, settings)
    may_be_gone = not settings.has_one_writer
    wrong = {table for table in named if not (table.startswith(_INLINED) and tables.get(table, may_be_gone))}
    if wrong:
        raise not_a_table(settings, min(wrong))


def check_columns(connection: duckdb.DuckDBPyConnection, settings: Connection) -> None:
    """Raise LakeError if a table lacks a column, or has one with a type that it has in no lake."""
    for table, columns in _columns(connection, settings).items():
        if column := wrong_column(columns, is_sqlite=settings.catalog_backend == "sqlite"):
            message = f"the column {column} of {table} has another type than in every lake's catalog"
            raise tampered(message, place(settings))
        if column := missing_column(table, {name for name, _ in columns}):
            raise tampered(f"{table} has no column {column}, as it has in every lake's catalog", place(settings))


def check_values(connection: duckdb.DuckDBPyConnection, settings: Connection) -> None:
    """Raise LakeError if the catalog has no snapshot, or lacks a value that every lake has. One query.

    SQLite has no columns that must have one, and in other catalogs DuckLake doesn't say of them that they must.
    """
    parts = [f"SELECT '{_SNAPSHOT}' AS found WHERE NOT EXISTS (SELECT 1 FROM {{{_SNAPSHOT}}})"]
    for table, columns in FILLED.items():
        lacks = " OR ".join(f"{column} IS NULL" for column in columns)
        parts.append(f"SELECT '{table}.' WHERE EXISTS (SELECT 1 FROM {{{table}}} WHERE {lacks})")
    query = " UNION ALL ".join(parts)
    found = connection.execute(asked_of(settings, query, FILLED)).fetchone()
    if found:
        table = str(found[0]).removesuffix(".")
        what = "no rows" if table == found[0] else "a row without a value that every lake has there"
        raise tampered(f"{table} has {what}", place(settings))


def _columns(connection: duckdb.DuckDBPyConnection, settings: Connection) -> dict[str, list[tuple[str, str]]]:
    """In a file each table is asked for its own: a query for all columns goes through those of all inlined rows too."""
    found: dict[str, list[tuple[str, str]]] = {table: [] for table in sorted(TABLES)}
    if settings.catalog_backend == "duckdb":
        for table in found:
            rows = connection.execute(f"DESCRIBE {table_of(settings, table)}").fetchall()
            found[table] = [(str(row[0]), str(row[1])) for row in rows]
        return found
    if settings.catalog_backend == "sqlite":
        query = column_types(CATALOG, list(found))
    else:
        query = _TYPES_IN_POSTGRES.format(schema=literal(schema_of(settings)), tables=", ".join(map(literal, found)))
        query = f"FROM postgres_query('{CATALOG}', {literal(query)})"
    for table, column, type_ in connection.execute(query).fetchall():
        found[table].append((column, type_))
    return found


def not_a_table(settings: Connection, table: str) -> LakeError:
    """Return the error for something else in the place of a table."""
    message = f"{table} is not a table, as it is in every lake's catalog; nothing of it was read"
    return tampered(message, place(settings))
