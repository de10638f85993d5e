"""Transactions that roll back after any exception, as DuckDB does not always do by itself."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Run the block in a transaction: COMMIT at its end, ROLLBACK after any exception, an interrupt too."""
    connection.execute("BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException as error:
        _roll_back(connection, error)
        raise


@contextmanager
def rolled_back(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Run the block in a transaction that is rolled back in any case."""
    connection.execute("BEGIN")
    try:
        yield
    except BaseException as error:
        _roll_back(connection, error)
        raise
    connection.execute("ROLLBACK")


def _roll_back(connection: duckdb.DuckDBPyConnection, error: BaseException) -> None:
    if not isinstance(error, duckdb.Error):
        # After Ctrl-C the statement goes on in DuckDB's threads, and ROLLBACK would wait for its end.
        connection.interrupt()
    with suppress(duckdb.Error):
        connection.execute("ROLLBACK")
    if isinstance(error.__cause__, KeyboardInterrupt):
        # DuckDB's client makes a RuntimeError of it.
        raise KeyboardInterrupt from error
