"""Copies a lake's metadata into a new DuckDB file, which is left attached as a plain database."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from dt_branch.inlined import copy_inlined
from dt_branch.metadata import BRANCH, branch_table
from dt_config.config import Connection
from dt_contract.errors import LakeError
from dt_lake.attach import place
from dt_lake.sql import literal
from dt_lake.stored import FORMAT, TABLES, Stored, plain_catalog, schema_of, table_of

_NEW = "__ducktracker_new"


@contextmanager
def copied(connection: duckdb.DuckDBPyConnection, settings: Connection, draft: str) -> Iterator[Stored]:
    """Copy the metadata into the file `draft`, and attach that in the block.

    All of it is of one moment: of a DuckDB file because no other process can write it meanwhile, of PostgreSQL because
    a transaction sees one. Raises LakeLocked while another process holds the source, or another LakeError.
    """
    with plain_catalog(connection, settings) as stored:
        if stored is None or stored.format != FORMAT:
            found = f"format {stored.format}" if stored else "no lake of DuckLake 1.0"
            raise LakeError(f"this is {found}, of which no branch can be made", place=place(settings))
        if settings.is_file and schema_of(settings) == "main":
            _copy_file(settings.duckdb_metadata_path, draft)
            connection.execute(f"ATTACH {literal(draft)} AS {BRANCH}")
        else:
            _copy_tables(connection, settings, stored, draft)
    try:
        yield stored
    finally:
        connection.execute(f"DETACH {BRANCH}")


def _copy_file(source: str, draft: str) -> None:
    """Copy the log of changes first: to close a file lets go of the lock that keeps writers away from it."""
    for suffix in (".wal", ""):
        if os.path.exists(f"{source}{suffix}"):
            os.close(os.open(f"{draft}{suffix}", os.O_WRONLY | os.O_CREAT, 0o600))
            shutil.copyfile(f"{source}{suffix}", f"{draft}{suffix}")


def _copy_tables(connection: duckdb.DuckDBPyConnection, settings: Connection, stored: Stored, draft: str) -> None:
    """Make an empty lake, whose tables DuckLake makes, and fill it in one transaction."""
    options = ["DATA_PATH 'unused/'", *(["ENCRYPTED"] if stored.is_encrypted else [])]
    connection.execute(f"ATTACH {literal(f'ducklake:duckdb:{draft}')} AS {_NEW} ({', '.join(options)})")
    connection.execute(f"DETACH {_NEW}")
    os.chmod(draft, 0o600)
    connection.execute(f"ATTACH {literal(draft)} AS {BRANCH}")
    connection.execute("BEGIN")
    try:
        for table in sorted(TABLES):
            into = branch_table(table)
            connection.execute(f"DELETE FROM {into}")
            connection.execute(f"INSERT INTO {into} BY NAME SELECT * FROM {table_of(settings, table)}")
        copy_inlined(connection, settings)
        connection.execute("COMMIT")
    except duckdb.Error:
        connection.execute("ROLLBACK")
        raise
