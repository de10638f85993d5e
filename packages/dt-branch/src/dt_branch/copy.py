"""Copies a lake's metadata into a new DuckDB file, which is left attached as a plain database."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import duckdb

from dt_branch.copy_file import copy_file
from dt_branch.inlined import copy_inlined
from dt_branch.metadata import BRANCH, Draft
from dt_config.config import Connection
from dt_contract.errors import LakeError
from dt_contract.identifiers import fold
from dt_lake.attach import place
from dt_lake.catalog import CATALOG, schema_of, table_of
from dt_lake.catalog_tables import TABLES
from dt_lake.meaning import no_lake
from dt_lake.sql import literal
from dt_lake.stored import FORMAT, Stored, holds_lake, plain_catalog
from dt_lake.transaction import transaction

_NEW = "__ducktracker_new"
_OF_FILES = frozenset(
    f"ducklake_{table}" for table in ("data_file", "delete_file", "file_column_stats", "file_partition_value")
)
"""The tables with rows for each file, of which a lake may have very many."""
MANY_FILES = 50_000
_LARGE = 256 * 1024 * 1024
"""Bytes."""


@contextmanager
def copied(
    connection: duckdb.DuckDBPyConnection, settings: Connection, file: str, files_of: Collection[str] | None = None
) -> Iterator[tuple[Draft, Stored]]:
    """Copy the metadata into a new file, and attach that in the block.

    Of a lake with very many files, those of tables with other names than `files_of` are left out, if that is given.

    All of it is of one moment: of a DuckDB file because no other process can write it meanwhile, of PostgreSQL because
    a transaction sees one. Raises LakeLocked while another process holds the source, or another LakeError.
    """
    is_file = settings.has_one_writer and schema_of(settings) == "main"
    if is_file and files_of is None and _is_small(settings):
        # To attach a catalog of many tables takes longer than anything else, so only the copy is.
        copy_file(settings, file)
        with plain_catalog(connection, settings, copy=file) as stored:
            yield Draft(connection, catalog=CATALOG), known(connection, stored, settings)
        return
    with plain_catalog(connection, settings) as stored:
        stored = known(connection, stored, settings)
        if files_of is not None and not _has_many_files(connection, settings):
            files_of = None
        if is_file and files_of is None:
            copy_file(settings, file)
            connection.execute(f"ATTACH {literal(file)} AS {BRANCH}")
        else:
            _copy_tables(connection, settings, stored, file, files_of)
    try:
        yield Draft(connection, has_all_files=files_of is None), stored
    finally:
        connection.execute(f"DETACH {BRANCH}")


def known(connection: duckdb.DuckDBPyConnection, stored: Stored | None, settings: Connection) -> Stored:
    """Return what a catalog says of its lake.

    Raises LakeMissing if it has none, and LakeError if that is none of a format that can be branched.
    """
    if stored is None and not holds_lake(connection, settings):
        raise no_lake(settings)
    if stored is None or stored.format != FORMAT:
        found = f"of format {stored.format}" if stored and stored.format else "no lake of DuckLake 1.0"
        raise LakeError(f"this is {found}, and no branch can be made of it", place=place(settings))
    return stored


def _is_small(settings: Connection) -> bool:
    """Whether a file is soon copied that then turns out to hold no lake."""
    return os.path.getsize(settings.file) < _LARGE


def _has_many_files(connection: duckdb.DuckDBPyConnection, settings: Connection) -> bool:
    one_more = table_of(settings, "ducklake_data_file", f"LIMIT 1 OFFSET {MANY_FILES}")
    return connection.execute(f"SELECT 1 FROM {one_more}").fetchone() is not None


def _copy_tables(
    connection: duckdb.DuckDBPyConnection,
    settings: Connection,
    stored: Stored,
    file: str,
    files_of: Collection[str] | None,
) -> None:
    """Make an empty lake, whose tables DuckLake makes, and fill it in one transaction."""
    options = ["DATA_PATH 'unused/'", *(["ENCRYPTED"] if stored.is_encrypted else [])]
    connection.execute(f"ATTACH {literal(f'ducklake:duckdb:{file}')} AS {_NEW} ({', '.join(options)})")
    connection.execute(f"DETACH {_NEW}")
    os.chmod(file, 0o600)
    # A draft that is not made to its end is removed. So it is written once, when it is let go of, and has no log.
    connection.execute("SET checkpoint_threshold = '1 TB'")
    connection.execute(f"ATTACH {literal(file)} AS {BRANCH} (RECOVERY_MODE no_wal_writes)")
    draft = Draft(connection)
    only = "" if files_of is None else f"WHERE table_id IN ({_ids(connection, settings, files_of)})"
    with transaction(connection):
        for table in sorted(TABLES - {"ducklake_files_scheduled_for_deletion"}):
            where = only if table in _OF_FILES else ""
            draft.run(f"DELETE FROM {draft.table(table)}")
            draft.run(f"INSERT INTO {draft.table(table)} BY NAME SELECT * FROM {table_of(settings, table, where)}")
        copy_inlined(draft, settings)


def _ids(connection: duckdb.DuckDBPyConnection, settings: Connection, names: Collection[str]) -> str:
    """The ids of the tables that have, or had, one of the names, as an SQL list."""
    wanted = {fold(name) for name in names}
    query = f"SELECT DISTINCT table_id, table_name FROM {table_of(settings, 'ducklake_table')}"
    found = {str(table) for table, name in connection.execute(query).fetchall() if fold(name) in wanted}
    return ", ".join(sorted(found)) or "NULL"
