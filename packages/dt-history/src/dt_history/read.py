"""Reads the history table."""

import duckdb

from dt_config.config import Config
from dt_contract.errors import InputError
from dt_contract.history import HistoryDocument, HistoryRow, RowType
from dt_history.table import BASELINE_CHECKSUM, CODES
from dt_lake.attach import LakeMissing, place
from dt_lake.lake import Lake, open_lake

_ROWS = """
SELECT installed_rank, version, description, migration_type, script, checksum, installed_by,
       strftime(installed_on, '%Y-%m-%dT%H:%M:%S.%fZ'), execution_time_ms, success, snapshot_id
FROM {table} ORDER BY installed_rank
"""
_LAKE = """
SELECT (SELECT schema_uuid::VARCHAR FROM {schemas} WHERE schema_name = 'main' AND end_snapshot IS NULL),
       EXISTS (SELECT 1 FROM {tables} t JOIN {schemas} s USING (schema_id)
               WHERE t.table_name = ? AND s.schema_name = ? AND t.end_snapshot IS NULL AND s.end_snapshot IS NULL)
"""
_TYPES: dict[str, RowType] = {code: type_ for type_, code in CODES.items() if type_ != "baseline"}


def read_history(lake: Lake) -> HistoryDocument:
    """Gives all rows of the history; none where the table does not exist yet.

    `lake_snapshot` is DuckLake's virtual column snapshot_id, which survives flushing and merging.
    """
    settings = lake.config.migrations
    query = _LAKE.format(schemas=lake.metadata("ducklake_schema"), tables=lake.metadata("ducklake_table"))
    found = lake.connection.execute(query, [settings.schema_history_table, settings.target_schema]).fetchone()
    uuid, exists = found or (None, False)
    return HistoryDocument(table=_table(lake.config), lake=uuid, rows=_rows(lake) if exists else ())


def history_of(config: Config) -> HistoryDocument:
    """Gives the history of the configured lake; an empty one where there is no lake yet."""
    try:
        with open_lake(config) as lake:
            return read_history(lake)
    except LakeMissing:
        return HistoryDocument(table=_table(config))


def _table(config: Config) -> str:
    migrations = config.migrations
    return f"{config.connection.catalog_name}.{migrations.target_schema}.{migrations.schema_history_table}"


def _rows(lake: Lake) -> tuple[HistoryRow, ...]:
    try:
        rows = lake.connection.execute(_ROWS.format(table=lake.history_table)).fetchall()
    except duckdb.BinderException as error:
        message = f"the table {_table(lake.config)} is no history of ducktracker: {str(error).splitlines()[0]}"
        raise InputError(message, place=place(lake.config.connection)) from None
    return tuple(_row(*row) for row in rows)


def _row(
    rank: int,
    version: int | None,
    description: str,
    code: str,
    script: str,
    checksum: str,
    by: str,
    on: str,
    execution_ms: int,
    success: bool,
    snapshot: int | None,
) -> HistoryRow:
    return HistoryRow(
        installed_rank=rank,
        version=version,
        description=description,
        type="baseline" if code == "V" and checksum == BASELINE_CHECKSUM else _TYPES[code],
        script=script,
        checksum=checksum,
        installed_by=by,
        installed_on=on,
        execution_ms=execution_ms,
        success=success,
        lake_snapshot=snapshot,
    )
