"""Reads the history table."""

from collections.abc import Sequence

import duckdb
import msgspec

from dt_config.config import Config
from dt_contract.errors import InputError, LakeError
from dt_contract.history import ROW_KINDS, HistoryDocument, HistoryRow, RowType
from dt_history.others import other_histories
from dt_history.relation import decoded, relation
from dt_history.table import BASELINE_CHECKSUM
from dt_lake.attach import LakeMissing, place
from dt_lake.errors import LakeFault
from dt_lake.lake import Lake, open_lake

_ROWS = """
SELECT installed_rank, version, description, migration_type, script, checksum, installed_by,
       strftime(installed_on::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%fZ'), execution_time_ms, success, snapshot_id
FROM {source} ORDER BY installed_rank
"""
_FIELDS = (
    "installed_rank",
    "version",
    "description",
    "type",
    "script",
    "checksum",
    "installed_by",
    "installed_on",
    "execution_ms",
    "success",
    "lake_snapshot",
)
"""What HistoryRow calls the columns of `_ROWS`."""
_TYPES: dict[str, RowType] = {kind.code: type_ for type_, kind in ROW_KINDS.items() if type_ != "baseline"}


def read_history(lake: Lake) -> HistoryDocument:
    """Return all rows of the history; none where the table does not exist yet, but then the other histories there are.

    `lake_snapshot` is DuckLake's virtual column snapshot_id, which survives flushing and merging.
    """
    source = relation(lake)
    rows = _rows(lake, source.sql) if source.sql else ()
    others = other_histories(lake) if source.sql is None else ()
    return HistoryDocument(table=table_name(lake.config), lake=source.lake, rows=rows, others=others)


def history_of(config: Config) -> HistoryDocument:
    """Return the history of the configured lake; an empty one where there is no lake yet."""
    try:
        with open_lake(config) as lake:
            return read_history(lake)
    except LakeMissing:
        return HistoryDocument(table=table_name(config))


def table_name(config: Config) -> str:
    """Return the full name of the history table, as people read it."""
    migrations = config.migrations
    return f"{config.connection.catalog_name}.{migrations.target_schema}.{migrations.schema_history_table}"


def _rows(lake: Lake, source: str) -> tuple[HistoryRow, ...]:
    try:
        rows = lake.connection.execute(_ROWS.format(source=source)).fetchall()
    except duckdb.CatalogException:
        if source != lake.history_table:
            raise
        return ()  # The table was made after the lake snapshot of the open transaction.
    except LakeFault as error:
        if source != lake.history_table or error.message.startswith(("PostgreSQL: ", "SQLite: ")):
            raise
        raise LakeError(
            f"a data file of the history, {table_name(lake.config)}, can't be read: {error.message}",
            place=place(lake.config.connection),
            hint="make it reachable; without its history, what is applied is not known",
        ) from None
    except duckdb.BinderException as error:
        raise _unusable(lake, f"is no history of ducktracker: {str(error).splitlines()[0]}") from None
    except (duckdb.ConversionException, duckdb.DataError) as error:
        raise _unusable(lake, f"holds a value that can't be read: {str(error).splitlines()[0]}") from None
    return tuple(_row(lake, row) for row in rows)


def _row(lake: Lake, values: Sequence[object]) -> HistoryRow:
    """Anybody who may write to the lake may have written the row."""
    try:
        row = dict(zip(_FIELDS, map(decoded, values), strict=True))
        code = str(row["type"])
        is_baseline = code == "V" and row["checksum"] == BASELINE_CHECKSUM
        row["type"] = "baseline" if is_baseline else _TYPES[code]
        if any(isinstance(value, int) and not -(2**63) <= value < 2**63 for value in row.values()):
            raise _unusable(lake, f"has a number in the row {values[0]} that is too large")
        return msgspec.convert(row, HistoryRow)
    except KeyError as error:
        raise _unusable(
            lake, f"has a row of the unknown type {error}", hint="a newer ducktracker may know it"
        ) from None
    except UnicodeDecodeError:
        raise _unusable(lake, f"has text in the row {values[0]} that is not UTF-8") from None
    except msgspec.ValidationError as error:
        raise _unusable(lake, f"has a wrong value in the row {values[0]}: {error}") from None


def _unusable(lake: Lake, problem: str, hint: str | None = None) -> InputError:
    return InputError(f"the table {table_name(lake.config)} {problem}", place=place(lake.config.connection), hint=hint)
