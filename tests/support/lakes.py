"""A lake reached by plain DuckDB, as somebody without ducktracker would."""

import functools
import importlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb


@contextmanager
def attached(source: str, data_path: Path | str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection on which the lake at `ducklake:SOURCE` is attached as `lake` and in use; one at a time."""
    options = f" (DATA_PATH {literal(f'{data_path}/')}, OVERRIDE_DATA_PATH true)" if data_path else ""
    with _engine().cursor() as connection:
        connection.execute(f"ATTACH {literal(f'ducklake:{source}')} AS lake{options}")
        try:
            connection.execute("USE lake")
            yield connection
        finally:
            _detach(connection)


@functools.cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One DuckDB for all of a test run: to load an extension takes longer than most of what tests ask of a lake."""
    connection = duckdb.connect()
    load(connection, "ducklake", "postgres_scanner", "sqlite_scanner")
    return connection


def _detach(connection: duckdb.DuckDBPyConnection) -> None:
    with suppress(duckdb.TransactionException):
        connection.execute("ROLLBACK")
    connection.execute("USE memory")
    connection.execute("DETACH lake")


def load(connection: duckdb.DuckDBPyConnection, *extensions: str) -> None:
    """Load extensions from the wheels that ship them."""
    for name in extensions:
        connection.execute(f"LOAD {literal(str(extension(name)))}")


def extension(name: str) -> Path:
    """Return the file of an extension that a wheel ships for this DuckDB."""
    package = importlib.import_module(f"duckdb_extension_{name}")
    folder = Path(str(package.__file__)).parent / "extensions"
    return folder / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"


def literal(text: str) -> str:
    """Quote a SQL string."""
    return "'" + text.replace("'", "''") + "'"
