"""A lake's catalog as the plain database that it is: how it is attached, and how its tables are read."""

from collections.abc import Iterable
from typing import assert_never

import duckdb

from dt_config.config import Connection
from dt_lake.secret import find_secret
from dt_lake.server import prepared
from dt_lake.sql import literal, name
from dt_lake.sqlite import asked, typed

CATALOG = "__ducktracker_catalog"
"""The name of a catalog that is attached as a plain database."""


def attach_statement(
    connection: duckdb.DuckDBPyConnection, settings: Connection, catalog: str, *, read_only: bool
) -> str:
    """Return the ATTACH of a lake's catalog as the plain database that it is."""
    options = [f"TYPE {settings.catalog_backend}", *(["READ_ONLY"] if read_only else [])]
    if settings.is_file:
        return f"ATTACH {literal(settings.file)} AS {catalog} ({', '.join(options)})"
    if settings.secret_name:
        options.append(f"SECRET {name(find_secret(connection, settings)[0])}")
    return f"ATTACH {literal(prepared(settings))} AS {catalog} ({', '.join(options)})"


def schema_of(settings: Connection) -> str:
    """Return the schema in which the catalog has its tables."""
    return settings.metadata_schema or ("public" if settings.catalog_backend == "postgres" else "main")


def asked_of(settings: Connection, query: str, tables: Iterable[str]) -> str:
    """Return the query of some tables, `{ducklake_…}` in it, that has the catalog's own database run it.

    It is to be in the SQL that DuckDB, PostgreSQL and SQLite have in common.
    """
    match settings.catalog_backend:
        case "duckdb":
            return query.format(**{table: name(CATALOG, schema_of(settings), table) for table in tables})
        case "postgres":
            own = query.format(**{table: name(schema_of(settings), table) for table in tables})
            return f"FROM postgres_query('{CATALOG}', {literal(own)})"
        case "sqlite":
            return f"FROM {asked(CATALOG, query.format(**{table: name(table) for table in tables}))}"
        case _:
            assert_never(settings.catalog_backend)


def table_of(settings: Connection, table: str, rest: str = "") -> str:
    """Return what stands after FROM to read a table of the catalog that is attached as a plain database.

    `rest` is what follows in a query of it, such as WHERE, in the SQL that DuckDB and PostgreSQL have in common. A name
    of a table in PostgreSQL would make DuckDB read the columns of all that are there, such as those for small rows.
    """
    if settings.catalog_backend == "postgres":
        query = f"SELECT * FROM {name(schema_of(settings), table)} {rest}"
        return f"postgres_query('{CATALOG}', {literal(query)})"
    own = name(CATALOG, schema_of(settings), table)
    own = typed(table, own) if settings.catalog_backend == "sqlite" else own
    return f"(SELECT * FROM {own} {rest})" if rest else own
