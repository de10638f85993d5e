"""What a catalog says of its lake, read before DuckLake reads it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import msgspec

from dt_config.config import Connection
from dt_contract.errors import LakeBusy
from dt_lake.catalog import CATALOG, attach_statement, table_of
from dt_lake.catalog_tables import (
    check_columns,
    check_inlined,
    check_tables,
    check_values,
    not_a_table,
    relations_of,
)
from dt_lake.errors import original
from dt_lake.mark import TABLE as _MARK
from dt_lake.mark import Mark, read_mark
from dt_lake.meaning import explained, met_a_lock, no_lake, place, tampered
from dt_lake.server import connected
from dt_lake.sqlite import is_to_be_recovered

_EMPTY = "not a valid DuckDB database"
_METADATA = "ducklake_metadata"
FORMAT = "1.0"  # of the lakes that DuckLake 1.0 reads and writes
_VALUES = """
SELECT key, value FROM {metadata}
WHERE key IN ('version', 'data_path', 'encrypted') AND scope IS NULL OR key = 'per_thread_output'
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
    tables = relations_of(connection, settings)
    if not tables.get(_METADATA):
        if settings.is_file:
            raise no_lake(settings)
        if _METADATA in tables:
            raise not_a_table(settings, _METADATA)
        return None
    try:
        rows = connection.execute(_VALUES.format(metadata=table_of(settings, _METADATA))).fetchall()
    except duckdb.BinderException:
        raise tampered(f"{_METADATA} has other columns than in every lake's catalog", place(settings)) from None
    values = {str(key): str(value) for key, value in rows}
    if values.get("version", "").startswith("0"):
        return None  # DuckLake refuses such a format, and has read no more until then.
    check_tables(connection, settings, {table for table, is_table in tables.items() if is_table})
    check_inlined(connection, settings, tables)
    if "data_path" not in values:
        return None
    if values.get("version") == FORMAT:
        check_columns(connection, settings)
        check_values(connection, settings)
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


def holds_lake(connection: duckdb.DuckDBPyConnection, settings: Connection) -> bool:
    """Return whether the catalog that is attached as a plain database holds a lake, of whatever format."""
    return _METADATA in relations_of(connection, settings)
