"""Copies a lake's metadata into a schema of the same PostgreSQL database, so that a team shares the branch."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb

from dt_branch.copy import known
from dt_branch.metadata import BRANCH, INLINED, Draft
from dt_config.config import Connection
from dt_contract.errors import InputError
from dt_lake.catalog import attach_statement, schema_of
from dt_lake.sql import literal, name
from dt_lake.stored import Stored, plain_catalog
from dt_lake.transaction import transaction

_TABLES = r"""
SELECT c.relname, pg_relation_size(c.oid) > 0 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = {schema} AND c.relkind = 'r' AND (c.relname LIKE 'ducklake\_%' OR c.relname = 'ducktracker_branch')
ORDER BY c.relname
"""
MANY_TABLES = 1_000
"""At so many, those for small rows that hold none are left out: PostgreSQL has locks for some thousand new ones.

DuckLake makes them when it needs them (docs/ducklake-facts.md#where-the-time-goes).
"""
_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, {prefix}) ORDER BY nspname"


@contextmanager
def copied_beside(
    connection: duckdb.DuckDBPyConnection, settings: Connection, schema: str
) -> Iterator[tuple[Draft, Stored]]:
    """Copy the metadata into a new schema of its database; it is there, whole, once the block has ended.

    All of it is of one moment, as one transaction sees and writes it. Raises InputError if there is such a schema.
    """
    with plain_catalog(connection, settings) as read:
        stored = known(connection, read, settings)
    with written(connection, settings):
        draft = Draft(connection, schema, is_postgres=True)
        if schema in _schemas(connection, schema):
            raise InputError(f"there is a schema {schema} already", hint="choose another name for the branch")
        tables = _asked(connection, _TABLES.format(schema=literal(schema_of(settings))))
        source = name(schema_of(settings))
        own = name(schema)
        left_out = _left_out(tables)
        tables = [(table, some) for table, some in tables if table not in left_out]
        made = [f"CREATE TABLE {own}.{name(table)} (LIKE {source}.{name(table)} INCLUDING ALL)" for table, _ in tables]
        filled = [
            f"INSERT INTO {own}.{name(table)} SELECT * FROM {source}.{name(table)}" for table, some in tables if some
        ]
        draft.run("; ".join((f"CREATE SCHEMA {own}", *made, *filled)))
        if left_out:
            listed = ", ".join(map(literal, sorted(left_out)))
            draft.run(f"DELETE FROM {draft.table('inlined_data_tables')} WHERE table_name IN ({listed})")
        yield draft, stored


def _left_out(tables: Sequence[tuple[str, bool]]) -> set[str]:
    empty = {table for table, some in tables if not some and table.startswith(INLINED)}
    return (empty - {f"{INLINED}tables"}) if len(tables) > MANY_TABLES else set()


@contextmanager
def written(connection: duckdb.DuckDBPyConnection, settings: Connection) -> Iterator[None]:
    """Attach the database to write to it, in one transaction."""
    connection.execute(attach_statement(connection, settings, BRANCH, read_only=False))
    try:
        with transaction(connection):
            yield
    finally:
        connection.execute(f"DETACH {BRANCH}")


def schemas(connection: duckdb.DuckDBPyConnection, settings: Connection, prefix: str) -> list[str]:
    """Return the schemas of the database whose names begin so."""
    connection.execute(attach_statement(connection, settings, BRANCH, read_only=True))
    try:
        return _schemas(connection, prefix)
    finally:
        connection.execute(f"DETACH {BRANCH}")


def drop_schema(connection: duckdb.DuckDBPyConnection, settings: Connection, schema: str) -> None:
    """Remove the schema with all that is in it."""
    with written(connection, settings):
        Draft(connection, schema, is_postgres=True).run(f"DROP SCHEMA {name(schema)} CASCADE")


def _schemas(connection: duckdb.DuckDBPyConnection, prefix: str) -> list[str]:
    return [str(schema) for schema, *_ in _asked(connection, _SCHEMAS.format(prefix=literal(prefix)))]


def _asked(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[str, bool]]:
    return connection.execute(f"FROM postgres_query('{BRANCH}', {literal(query)})").fetchall()
