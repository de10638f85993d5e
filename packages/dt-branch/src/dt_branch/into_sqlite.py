"""Turns a branch in a DuckDB file into one in a SQLite file, which several local processes can use."""

import os
import sqlite3
from contextlib import closing

import duckdb

from dt_branch.metadata import BRANCH, INLINED, INLINED_DELETES
from dt_contract.errors import LakeError
from dt_contract.redaction import redact
from dt_lake.engine_text import first_line, shortened
from dt_lake.errors import original
from dt_lake.mark import TABLE as MARK
from dt_lake.sql import literal, name
from dt_lake.sqlite import fault_of, stored_type
from dt_lake.transaction import transaction

_SOURCE, _NEW = "__ducktracker_draft", "__ducktracker_new"
_TABLES = """
SELECT table_name, list((column_name, data_type) ORDER BY column_index) FROM duckdb_columns()
WHERE database_name = '{source}' AND (starts_with(table_name, 'ducklake_') OR table_name = '{mark}')
GROUP BY ALL ORDER BY ALL
"""
_GUARD = """
CREATE TRIGGER ducktracker_branch_guard_{event} BEFORE {event} ON ducklake_files_scheduled_for_deletion
WHEN NOT (NEW.data_file_id >= {first} AND (NEW.path_is_relative OR substr(NEW.path, 1, {length}) = {own}))
BEGIN SELECT RAISE(IGNORE); END
"""
"""Leaves out the files of the source, as the guard of a branch in PostgreSQL does."""


def into_sqlite(connection: duckdb.DuckDBPyConnection, draft: str, file: str, own: str) -> None:
    """Write the branch in a DuckDB file, whose data path is `own`, into a new SQLite file, for this user alone.

    Raises LakeError.
    """
    try:
        _write(connection, draft, file, own)
    except (duckdb.Error, sqlite3.Error) as error:
        text = original(error)
        told = shortened(redact(fault_of(text) or first_line(text)), 300)
        raise LakeError(f"no SQLite file can be written here: {told}", place=os.path.dirname(file)) from None


def _write(connection: duckdb.DuckDBPyConnection, draft: str, file: str, own: str) -> None:
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
    # DuckLake makes its tables as it wants them there.
    connection.execute(f"ATTACH {literal(f'ducklake:sqlite:{file}')} AS {_NEW} (DATA_PATH {literal(own)})")
    connection.execute(f"DETACH {_NEW}")
    connection.execute(f"ATTACH {literal(draft)} AS {_SOURCE} (READ_ONLY)")
    connection.execute(f"ATTACH {literal(file)} AS {BRANCH} (TYPE sqlite)")
    try:
        with transaction(connection):
            for table, columns in connection.execute(_TABLES.format(source=_SOURCE, mark=MARK)).fetchall():
                _copy(connection, table, columns)
        first = f"SELECT max(next_file_id) FROM {name(_SOURCE, 'main', 'ducklake_snapshot')}"
        ((number,),) = connection.execute(first).fetchall()
    finally:
        connection.execute(f"DETACH {BRANCH}")
        connection.execute(f"DETACH {_SOURCE}")
    with closing(sqlite3.connect(file)) as made, made:
        for event in ("INSERT", "UPDATE"):
            made.execute(_GUARD.format(event=event, first=number, length=len(own), own=literal(own)))


def _copy(connection: duckdb.DuckDBPyConnection, table: str, columns: list[tuple[str, str]]) -> None:
    target, source = name(BRANCH, "main", table), name(_SOURCE, "main", table)
    if table == MARK or (table.startswith((INLINED, INLINED_DELETES)) and table != f"{INLINED}tables"):
        listed = ", ".join(f"{name(column)} {stored_type(type_)}" for column, type_ in columns)
        connection.execute(f"CREATE TABLE {target} ({listed})")
    else:
        connection.execute(f"DELETE FROM {target}")
    names = ", ".join(name(column) for column, _ in columns)
    values = ", ".join(f"{name(column)}::{stored_type(type_)}" for column, type_ in columns)
    connection.execute(f"INSERT INTO {target} ({names}) SELECT {values} FROM {source}")
