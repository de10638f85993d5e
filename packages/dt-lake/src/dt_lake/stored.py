"""What a catalog says of its lake, read before DuckLake reads it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import msgspec

from dt_config.config import Connection
from dt_contract.errors import LakeBusy
from dt_lake.errors import original
from dt_lake.meaning import explained
from dt_lake.secret import find_secret
from dt_lake.server import connected, prepared
from dt_lake.sql import literal, name

_CATALOG = "__ducktracker_catalog"
_EMPTY = "not a valid DuckDB database"
_METADATA = "ducklake_metadata"
_VALUES = "SELECT key, value FROM {metadata} WHERE key IN ('data_path', 'encrypted') AND scope IS NULL"


class Stored(msgspec.Struct, frozen=True):
    """`data_path` is as it was stored, which may be relative; `has_files` is known only for a relative one."""

    data_path: str
    is_encrypted: bool = False
    has_files: bool = False


def read_stored(connection: duckdb.DuckDBPyConnection, settings: Connection) -> Stored | None:
    """Return what the catalog says of its lake, or None if there is none, or if only DuckLake can find it.

    That is so with a DuckDB secret of the type `ducklake`. Raises LakeError.
    """
    with _attached(connection, settings) as is_attached:
        if not is_attached or not _is_table(connection, settings):
            return None
        rows = connection.execute(_VALUES.format(metadata=_table(settings, _METADATA))).fetchall()
        values = {str(key): str(value) for key, value in rows}
        if "data_path" not in values:
            return None
        files = f"SELECT 1 FROM {_table(settings, 'ducklake_data_file')} LIMIT 1"
        return Stored(
            values["data_path"],
            values.get("encrypted", "").lower() == "true",
            settings.is_file and bool(connection.execute(files).fetchall()),
        )


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, settings: Connection) -> Iterator[bool]:
    """Attach the catalog as a plain database, and let go of it at the end."""
    statement = _statement(connection, settings)
    if statement is None:
        yield False
        return
    try:
        connected(connection, statement)
    except LakeBusy:
        raise
    except duckdb.Error as error:
        is_empty = settings.is_file and not Path(settings.duckdb_metadata_path).stat().st_size
        raise explained(_EMPTY if is_empty else original(error), settings) from None
    try:
        yield True
    except LakeBusy:
        raise
    except duckdb.Error as error:
        raise explained(original(error), settings) from None
    finally:
        connection.execute(f"DETACH {_CATALOG}")


def _statement(connection: duckdb.DuckDBPyConnection, settings: Connection) -> str | None:
    if settings.is_file:
        return f"ATTACH {literal(settings.duckdb_metadata_path)} AS {_CATALOG} (TYPE duckdb, READ_ONLY)"
    secret = ""
    if settings.secret_name:
        found, kind = find_secret(connection, settings)
        if kind == "ducklake":
            return None
        secret = f", SECRET {name(found)}"
    return f"ATTACH {literal(prepared(settings))} AS {_CATALOG} (TYPE postgres, READ_ONLY{secret})"


def _schema(settings: Connection) -> str:
    return settings.metadata_schema or ("main" if settings.catalog_backend == "duckdb" else "public")


def _table(settings: Connection, table: str) -> str:
    return name(_CATALOG, _schema(settings), table)


def _is_table(connection: duckdb.DuckDBPyConnection, settings: Connection) -> bool:
    query = """
        SELECT 1 FROM duckdb_tables()
        WHERE database_name = ? AND schema_name = ? AND table_name = ?
    """
    return bool(connection.execute(query, [_CATALOG, _schema(settings), _METADATA]).fetchall())
