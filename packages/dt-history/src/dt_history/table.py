"""The history table: its columns, and the rows that ducktracker appends to it.

The columns are those of ducktracker 0.1.0, so that its lakes simply go on working; its versions had 32 bits.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import NamedTuple

import duckdb

from dt_contract.errors import InputError
from dt_contract.history import ROW_KINDS, RowType
from dt_contract.migrations import Migration
from dt_contract.redaction import redact
from dt_lake.lake import Lake
from dt_lake.sql import literal, name

BASELINE_CHECKSUM = "baseline"
INTEGER_MAX = 2**31 - 1

_DDL = """
CREATE TABLE IF NOT EXISTS {table} (
    installed_rank INTEGER NOT NULL,
    version BIGINT,
    description VARCHAR NOT NULL,
    migration_type VARCHAR NOT NULL,
    script VARCHAR NOT NULL,
    checksum VARCHAR NOT NULL,
    installed_by VARCHAR NOT NULL DEFAULT 'ducktracker',
    installed_on TIMESTAMP NOT NULL,
    execution_time_ms INTEGER NOT NULL,
    success BOOLEAN NOT NULL,
    snapshot_json VARCHAR,
    snapshot_data BLOB
)
"""
_INSERT = """
INSERT INTO {table} (installed_rank, version, description, migration_type, script, checksum,
                     execution_time_ms, success, snapshot_data, installed_by, installed_on)
SELECT *, {by}, {on}::TIMESTAMP FROM (VALUES {rows})
"""


class NewRow(NamedTuple):
    """A row to append. `execution_ms` is in milliseconds; `data` is what the column snapshot_data takes."""

    type: RowType
    version: int | None
    description: str
    script: str
    checksum: str
    execution_ms: int = 0
    success: bool = True
    data: bytes | None = None


def row_of(migration: Migration, execution_ms: int = 0, *, success: bool = True) -> NewRow:
    """Return the row that says that a migration was applied, or that it failed."""
    return NewRow(
        type=migration.type,
        version=migration.version,
        description=migration.description,
        script=migration.script,
        checksum=migration.checksum,
        execution_ms=execution_ms,
        success=success,
    )


def installed_by() -> str:
    """Return who runs this: the operating system's user, or `ducktracker`."""
    return os.environ.get("USER") or os.environ.get("LOGNAME") or "ducktracker"


def make_table(lake: Lake) -> None:
    """Make the target schema and the history table where they are missing.

    Raises InputError where something else has the table's name.
    """
    lake.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name(lake.catalog, lake.config.migrations.target_schema)}")
    lake.connection.execute(_DDL.format(table=lake.history_table))
    try:
        lake.connection.execute(f"SELECT installed_rank FROM {lake.history_table} LIMIT 0")
    except duckdb.BinderException:
        raise InputError(
            f"{lake.history_table} already exists and is not a ducktracker history table",
            hint="set migrations.schema_history_table to another name",
        ) from None


def is_narrow(lake: Lake) -> bool:
    """Whether the history table is there, and is one of 0.1.0's, whose versions are up to INTEGER_MAX."""
    try:
        columns = lake.connection.execute(f"DESCRIBE {lake.history_table}").fetchall()
    except duckdb.CatalogException:
        return False
    return ("version", "INTEGER") in [column[:2] for column in columns]


def widen_version(lake: Lake) -> None:
    """Let the column version hold 64 bits."""
    lake.connection.execute(f"ALTER TABLE {lake.history_table} ALTER version TYPE BIGINT")


def append(lake: Lake, rank: int, rows: Sequence[NewRow]) -> None:
    """Append rows from a rank on; the caller's transaction decides what they are atomic with."""
    now = f"{datetime.now(tz=UTC):%Y-%m-%d %H:%M:%S.%f}"
    values = ",\n".join(_values(rank + offset, row) for offset, row in enumerate(rows))
    data = [row.data for row in rows if row.data is not None]
    query = _INSERT.format(table=lake.history_table, rows=values, by=literal(installed_by()), on=literal(now))
    with _in_any_order(lake.connection):
        lake.connection.execute(query, data)


@contextmanager
def _in_any_order(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let an INSERT through that DuckLake refuses in a lake with the option parquet_row_group_size_bytes."""
    row = connection.execute("SELECT current_setting('preserve_insertion_order')").fetchone()
    connection.execute("SET GLOBAL preserve_insertion_order = false")
    try:
        yield
    finally:
        with suppress(duckdb.Error):
            connection.execute(f"SET GLOBAL preserve_insertion_order = {bool(row and row[0])}")


def _values(rank: int, row: NewRow) -> str:
    """Literals, because binding costs more than parsing them; only data is bound."""
    version = "NULL" if row.version is None else str(row.version)
    texts = ", ".join(map(literal, (redact(row.description), ROW_KINDS[row.type].code, row.script, row.checksum)))
    data = "NULL::BLOB" if row.data is None else "?"
    return f"({rank}, {version}, {texts}, {row.execution_ms}, {row.success}, {data})"
