"""A lake that SQL which is not trusted may write to, in a DuckDB that opens nothing else."""

import os
from collections.abc import Sequence

import duckdb

from dt_config.config import Config
from dt_lake.confined import confine
from dt_lake.extensions import load_extension
from dt_lake.lake import attach_lake, connect
from dt_lake.sql import literal

MAY_SET = (
    "Calendar",
    "TimeZone",
    "default_collation",
    "default_null_order",
    "default_order",
    "disable_timestamptz_casts",
    "ducklake_default_data_inlining_row_limit",
    "ducklake_max_retry_count",
    "ducklake_retry_backoff",
    "ducklake_retry_wait_ms",
    "ieee_floating_point_ops",
    "integer_division",
    "lambda_syntax",
    "max_expression_depth",
    "null_order",
    "old_implicit_casting",
    "order_by_non_integer_literal",
    "partitioned_write_flush_threshold",
    "partitioned_write_max_open_files",
    "pivot_filter_threshold",
    "pivot_limit",
    "preserve_identifier_case",
    "preserve_insertion_order",
    "scalar_subquery_error_on_multiple_rows",
    "schema",
    "search_path",
    "threads",
    "worker_threads",
)
"""The settings that a migration may change for itself: what its own SQL means, and how its rows are written."""

_ENGINE_SETS = ("current_transaction_invalidation_policy", "disabled_optimizers")
"""What is set around a migration besides: DuckDB sets the first itself where it makes several statements of one."""


def connect_sandboxed(
    config: Config, folders: Sequence[str], *, needs_httpfs: bool, allow_external: bool = False
) -> duckdb.DuckDBPyConnection:
    """Return a connection to a DuckDB of its own, with the lake of a configuration attached for writing.

    The lake is one in a DuckDB file; the extensions for PostgreSQL and SQLite, which open others, are never there. No
    file or URL outside the folders (which exist, and hold the catalog and all data) can be opened, nothing installed or
    loaded, and no setting changed but MAY_SET and what the engine sets. With `allow_external`, SQL may read and write
    other places, and no more. An allowed folder is a writable one: what may run here is for others to decide, by
    EXPLAIN, which shows the plan as it is before the optimizer. Raises what opening a lake raises.
    """
    assert config.connection.has_one_writer, "the sandbox is for a lake in a DuckDB file"
    connection = connect(config, write=True)
    try:
        _prepare(connection, config, needs_httpfs=needs_httpfs)
        attach_lake(connection, config, write=True)
        _lock(connection, folders, allow_external=allow_external)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: duckdb.DuckDBPyConnection, config: Config, *, needs_httpfs: bool) -> None:
    spill = os.path.join(os.path.dirname(os.path.realpath(config.connection.duckdb_metadata_path)), "spill")
    connection.execute(f"SET GLOBAL temp_directory = {literal(spill)}")
    connection.execute("SET GLOBAL explain_output = 'all'")
    if needs_httpfs:
        load_extension(connection, "httpfs", config.connection.extensions_path)
        # Secrets are read from their folder when they are first used, which is too late once that can't be opened.
        connection.execute("FROM duckdb_secrets()").fetchall()


def _lock(connection: duckdb.DuckDBPyConnection, folders: Sequence[str], *, allow_external: bool) -> None:
    for setting in ("autoinstall_known_extensions", "autoload_known_extensions", "allow_community_extensions"):
        connection.execute(f"SET GLOBAL {setting} = false")
    confine(connection, folders, (*MAY_SET, *_ENGINE_SETS), opens_others=allow_external)
