"""Copies the tables of small rows from another catalog, with the types that DuckLake gives them in a DuckDB file.

PostgreSQL has other types for them: text is BYTEA there, since it may hold zero bytes, and what PostgreSQL has no like
for is text (docs/ducklake-facts.md#inlined-rows-in-postgresql). So it is in SQLite, but for text, which stays text.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, assert_never

import duckdb

from dt_branch.create_tables import create_tables
from dt_branch.metadata import INLINED_DELETES, Draft
from dt_config.config import Backend, Connection
from dt_contract.errors import LakeError
from dt_contract.redaction import redact
from dt_lake.catalog import CATALOG, schema_of, table_of
from dt_lake.engine_text import first_line, shortened
from dt_lake.errors import original
from dt_lake.meaning import place
from dt_lake.sql import literal, name
from dt_lake.sqlite import relations, with_rows
from dt_lake.sqltypes import NESTED, nested_type, sql_type

_SYSTEM = (("row_id", "BIGINT", "int64"), ("begin_snapshot", "BIGINT", "int64"), ("end_snapshot", "BIGINT", "int64"))
_DELETES = (("file_id", "BIGINT", "int64"), *_SYSTEM[:2])
_TEXT = frozenset(("varchar", "json"))
_SHAPES = """
SELECT list(table_name ORDER BY table_name), columns FROM (
    SELECT i.table_name,
        list((c.column_id, c.column_name, c.column_type, c.parent_column) ORDER BY c.column_order) AS columns
    FROM {inlined} i
    JOIN (SELECT schema_version, min(begin_snapshot) AS moment FROM {versions} GROUP BY ALL) v USING (schema_version)
    JOIN {columns} c ON c.table_id = i.table_id
     AND c.begin_snapshot <= v.moment AND (c.end_snapshot IS NULL OR c.end_snapshot > v.moment)
    GROUP BY i.table_name
) GROUP BY columns ORDER BY 1
"""
_OWNER = """
SELECT s.schema_name, t.table_name FROM {inlined_data_tables} i
JOIN {table} t USING (table_id) JOIN {schema} s USING (schema_id)
WHERE i.table_name = {inlined} ORDER BY t.begin_snapshot DESC LIMIT 1
"""
_WAY_OUT = (
    "DuckLake can't read them either: copy what can be read of the table to a new one, drop it, and expire the "
    "snapshots that have it"
)
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


class _Shape(NamedTuple):
    """Tables that have the same columns: name, SQL type, and the type as DuckLake stores it."""

    tables: list[str]
    columns: tuple[tuple[str, str, str], ...]


def copy_inlined(draft: Draft, settings: Connection) -> None:
    """Make all of them in one go, and fill those that have rows."""
    some = _filled(draft.connection, CATALOG, schema_of(settings), settings.catalog_backend)
    deletes = sorted(table for table in some if table.startswith(INLINED_DELETES))
    shapes = [*_shapes(draft), _Shape(deletes, _DELETES)]
    creates = [create for shape in shapes for create in _creates(draft, shape)]
    if creates:
        first = [sql for table, sql in creates if table in some]
        create_tables(draft.connection, first, [sql for table, sql in creates if table not in some])
    for tables, columns in shapes:
        reads = ", ".join(_read(column, settings) for column in columns)
        for table in sorted(some.intersection(tables)):
            with _told(draft, settings, table):
                draft.run_here(f"INSERT INTO {draft.table(table)} SELECT {reads} FROM {table_of(settings, table)}")


@contextmanager
def _told(draft: Draft, settings: Connection, inlined: str) -> Iterator[None]:
    """Say of which table the rows are that are not what their types say, as DuckLake stores some with a STRUCT."""
    try:
        yield
    except duckdb.ConversionException as error:
        query = _OWNER.format(
            inlined=literal(inlined),
            **{table: table_of(settings, f"ducklake_{table}") for table in ("inlined_data_tables", "table", "schema")},
        )
        with draft.connection.cursor() as session:  # The other one may be in a transaction that has failed.
            found = session.execute(query).fetchone()
        table = ".".join(found) if found else inlined
        said = shortened(redact(first_line(original(error))), 200)
        message = f"no branch can be made of it: small rows of {table} can't be read: {said}"
        raise LakeError(message, place=place(settings), hint=_WAY_OUT) from None


def _creates(draft: Draft, shape: _Shape) -> Iterator[tuple[str, str]]:
    """Return the name of each table, and the statement that makes it."""
    columns = ", ".join(f"{name(column)} {type_}" for column, type_, _ in shape.columns)
    schema = name(draft.catalog, draft.schema)
    for table in shape.tables:
        yield table, f"CREATE TABLE {schema}.{name(table)} ({columns})"


def _read(column: tuple[str, str, str], settings: Connection) -> str:
    called, type_, stored = name(column[0]), *column[1:]
    if settings.catalog_backend == "duckdb":
        return called
    is_bytes = settings.catalog_backend == "postgres" and stored in _TEXT
    return f"decode({called})::{type_}" if is_bytes else f"{called}::{type_}"


def filled(draft: Draft) -> set[str]:
    """Return the tables of small rows, and of the positions of deleted ones, that may have rows; by one query."""
    return _filled(draft.connection, draft.catalog, draft.schema, "postgres" if draft.is_postgres else "duckdb")


def _filled(connection: duckdb.DuckDBPyConnection, catalog: str, schema: str, backend: Backend) -> set[str]:
    match backend:
        case "duckdb":
            query = (
                f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{catalog}'"
                f" AND schema_name = {literal(schema)} AND starts_with(table_name, 'ducklake_inlined_d')"
                " AND estimated_size > 0"
            )
        case "postgres":
            query = f"FROM postgres_query('{catalog}', {literal(_FILLED_IN_POSTGRES.format(schema=literal(schema)))})"
        case "sqlite":
            there = [str(table) for table, is_table in connection.execute(relations(catalog)).fetchall() if is_table]
            query = with_rows(catalog, [table for table in there if table.startswith("ducklake_inlined_d")])
        case _:
            assert_never(backend)
    found = connection.execute(query).fetchall() if query else []
    return {str(table) for (table,) in found if table != "ducklake_inlined_data_tables"}


def _shapes(draft: Draft) -> list[_Shape]:
    query = _SHAPES.format(
        inlined=draft.table("inlined_data_tables"),
        versions=draft.table("schema_versions"),
        columns=draft.table("column"),
    )
    found = draft.rows(query)
    keywords = frozenset(str(word) for (word,) in draft.rows("SELECT keyword_name FROM duckdb_keywords()"))
    return [
        _Shape(tables, (*_SYSTEM, *_typed([_Column(*column) for column in columns], keywords)))
        for tables, columns in found
    ]


def _typed(columns: list[_Column], keywords: frozenset[str]) -> list[tuple[str, str, str]]:
    children: dict[int | None, list[_Column]] = defaultdict(list)
    for column in columns:
        children[column.parent].append(column)

    def type_of(column: _Column) -> str:
        if column.type not in NESTED:
            return sql_type(column.type)
        return nested_type(column.type, [(child.name, type_of(child)) for child in children[column.id]], keywords)

    return [(column.name, type_of(column), column.type) for column in children[None]]
