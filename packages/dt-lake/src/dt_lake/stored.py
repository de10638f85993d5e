"""What a catalog says of its lake, read before DuckLake reads it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import assert_never

import duckdb
import msgspec

from dt_config.config import Connection
from dt_contract.errors import LakeBusy, LakeError
from dt_lake.column_types import wrong_column
from dt_lake.errors import original
from dt_lake.mark import TABLE as _MARK
from dt_lake.mark import Mark, read_mark
from dt_lake.meaning import explained, met_a_lock, no_lake, place
from dt_lake.secret import find_secret
from dt_lake.server import connected, prepared
from dt_lake.sql import literal, name
from dt_lake.sqlite import column_types, is_to_be_recovered, relations, typed

CATALOG = "__ducktracker_catalog"
"""The name of a catalog that is attached as a plain database."""
_EMPTY = "not a valid DuckDB database"
_METADATA = "ducklake_metadata"
FORMAT = "1.0"  # of the lakes that DuckLake 1.0 reads and writes
TABLES = frozenset(
    f"ducklake_{table}"
    for table in (
        *("column", "column_mapping", "column_tag", "data_file", "delete_file", "file_column_stats"),
        *("file_partition_value", "files_scheduled_for_deletion", "inlined_data_tables", "macro", "macro_impl"),
        *("macro_parameters", "metadata", "name_mapping", "partition_column", "partition_info", "schema"),
        *("schema_versions", "snapshot", "snapshot_changes", "sort_expression", "sort_info", "table"),
        *("table_column_stats", "table_stats", "tag", "view"),
    )
)
"""What a catalog of format 1.0 is made of, as far as anybody reads it."""
_VALUES = """
SELECT key, value FROM {metadata}
WHERE key IN ('version', 'data_path', 'encrypted') AND scope IS NULL OR key = 'per_thread_output'
"""
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


class Stored(msgspec.Struct, frozen=True):
    """`data_path` is as it was stored, which may be relative; `has_files` is known only of a catalog in a file.

    `has_wrong_statistics`: DuckLake leaves rows out of them where an option has each thread write a file of its own.
    """

    data_path: str
    format: str = ""
    is_encrypted: bool = False
    has_files: bool = False
    has_wrong_statistics: bool = False
    branch: Mark | None = None


def read_stored(connection: duckdb.DuckDBPyConnection, settings: Connection) -> Stored | None:
    """Return what the catalog says of its lake, or None if there is none, or if only DuckLake can find it.

    Raises what `plain_catalog` does.
    """
    with plain_catalog(connection, settings) as stored:
        return stored


@contextmanager
def plain_catalog(
    connection: duckdb.DuckDBPyConnection, settings: Connection, *, copy: str = ""
) -> Iterator[Stored | None]:
    """Attach the catalog as the plain database that it is, READ_ONLY, and yield what it says of its lake.

    With `copy`, attach that copy of its file instead, to write to it.
    Its tables are read as `table_of` says. Whoever hands over a catalog may have put a view in place of
    one of them, which would run as soon as it is read: this raises LakeError then, and reads none.
    """
    with _attached(connection, settings, copy):
        try:
            stored = _checked(connection, settings)
        except LakeBusy as busy:
            raise met_a_lock(busy, settings) from None
        except duckdb.Error as error:
            raise explained(original(error), settings) from None
        yield stored


def _checked(connection: duckdb.DuckDBPyConnection, settings: Connection) -> Stored | None:
    tables = _tables(connection, settings)
    if not tables.get(_METADATA):
        if settings.is_file:
            raise no_lake(settings)
        if _METADATA in tables:
            raise _not_a_table(settings, _METADATA)
        return None
    rows = connection.execute(_VALUES.format(metadata=table_of(settings, _METADATA)))
    values = {str(key): str(value) for key, value in rows.fetchall()}
    if values.get("version", "").startswith("0"):
        return None  # DuckLake refuses such a format, and has read no more until then.
    _check_tables(connection, settings, {table for table, is_table in tables.items() if is_table})
    _check_inlined(connection, settings, tables)
    if "data_path" not in values:
        return None
    if values.get("version") == FORMAT:
        _check_columns(connection, settings)
    files = f"SELECT 1 FROM {table_of(settings, 'ducklake_data_file')} LIMIT 1"
    return Stored(
        values["data_path"],
        format=values.get("version", ""),
        is_encrypted=values.get("encrypted", "").lower() == "true",
        has_files=settings.is_file and bool(connection.execute(files).fetchall()),
        has_wrong_statistics="per_thread_output" in values,
        branch=read_mark(connection, table_of(settings, _MARK)) if tables.get(_MARK) else None,
    )


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, settings: Connection, copy: str) -> Iterator[None]:
    """Attach the catalog as a plain database, and let go of it at the end."""
    to_attach, writes = (settings.at(copy), True) if copy else (settings, is_to_be_recovered(settings))
    try:
        connected(connection, attach_statement(connection, to_attach, CATALOG, read_only=not writes))
    except LakeBusy as busy:
        raise met_a_lock(busy, settings) from None
    except duckdb.Error as error:
        is_empty = settings.is_file and not Path(settings.file).stat().st_size
        raise explained(_EMPTY if is_empty else original(error), settings) from None
    try:
        yield
    finally:
        connection.execute(f"DETACH {CATALOG}")


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


def holds_lake(connection: duckdb.DuckDBPyConnection, settings: Connection) -> bool:
    """Return whether the catalog that is attached as a plain database holds a lake, of whatever format."""
    return _METADATA in _tables(connection, settings)


def _tables(connection: duckdb.DuckDBPyConnection, settings: Connection) -> dict[str, bool]:
    """Whether each relation of the catalog is a table; in a file only tables, as asking for a view can bind it."""
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


def _check_tables(connection: duckdb.DuckDBPyConnection, settings: Connection, tables: set[str]) -> None:
    missing = TABLES - tables
    if missing:
        raise _not_a_table(settings, min(missing))


def _check_inlined(connection: duckdb.DuckDBPyConnection, settings: Connection, tables: dict[str, bool]) -> None:
    """The tables of small rows. In PostgreSQL others may make and drop them meanwhile, so that one may be missing."""
    inlined = connection.execute(f"SELECT table_name FROM {table_of(settings, f'{_INLINED}tables')}")
    named = {str(table) for (table,) in inlined.fetchall()}
    if named and not settings.has_one_writer:
        tables = _tables(connection, settings)
    may_be_gone = not settings.has_one_writer
    wrong = {table for table in named if not (table.startswith(_INLINED) and tables.get(table, may_be_gone))}
    if wrong:
        raise _not_a_table(settings, min(wrong))


def _check_columns(connection: duckdb.DuckDBPyConnection, settings: Connection) -> None:
    for table, columns in _columns(connection, settings).items():
        column = wrong_column(columns, is_sqlite=settings.catalog_backend == "sqlite")
        if column:
            raise LakeError(
                f"the column {column} of {table} has another type than in every lake's catalog",
                place=place(settings),
                hint="ask whoever made this catalog",
            )


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


def _not_a_table(settings: Connection, table: str) -> LakeError:
    return LakeError(
        f"{table} is not a table, as it is in every lake's catalog; nothing of it was read",
        place=place(settings),
        hint="ask whoever made this catalog",
    )
