"""A DuckDB connection whose errors say what happened to the lake: where each error leaves the engine."""

from typing import Any, cast

import duckdb

from dt_config.config import Connection
from dt_lake.errors import explained
from dt_lake.meaning import place
from dt_lake.sql import name


class Engine:
    """Stands for a DuckDB connection. Errors that are the environment's leave it as a LakeFault, others as they are."""

    def __init__(self, inner: duckdb.DuckDBPyConnection, settings: Connection) -> None:
        self._inner = inner
        self._settings = settings
        self._sql = ""

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._inner, attribute)

    def execute(self, query: Any, parameters: object = None) -> "Engine":
        """Run SQL; raises LakeFault, or DuckDB's own error."""
        self._sql = query if isinstance(query, str) else ""
        try:
            self._inner.execute(query, parameters)
        except duckdb.Error as error:
            raise self._meaning(error) from error.__cause__
        return self

    def fetchall(self) -> list[Any]:
        """Return the rows that are left; raises what `execute` does."""
        try:
            return self._inner.fetchall()
        except duckdb.Error as error:
            raise self._meaning(error) from error.__cause__

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row; raises what `execute` does."""
        try:
            return self._inner.fetchone()
        except duckdb.Error as error:
            raise self._meaning(error) from error.__cause__

    def cursor(self) -> "Engine":
        """Return another session of the same DuckDB."""
        return Engine(self._inner.cursor(), self._settings)

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *_: object) -> None:
        self._inner.close()

    def _meaning(self, error: duckdb.Error) -> duckdb.Error:
        return explained(error, place(self._settings), self._sql, self._data_path) or error

    def _data_path(self) -> str:
        """The lake's own, or what it would be; a session of its own, because the current one has an error."""
        settings = self._settings
        schema = [settings.metadata_schema] if settings.metadata_schema else []
        table = name(f"__ducklake_metadata_{settings.catalog_name}", *schema, "ducklake_metadata")
        try:
            with self._inner.cursor() as session:
                query = f"SELECT value FROM {table} WHERE key = 'data_path' AND scope IS NULL"
                row = session.execute(query).fetchone()
        except duckdb.Error:
            row = None
        return str(row[0]) if row else settings.data_path


def engine(inner: duckdb.DuckDBPyConnection, settings: Connection) -> duckdb.DuckDBPyConnection:
    """Return the connection with its errors translated; it is used as any other."""
    return cast(duckdb.DuckDBPyConnection, Engine(inner, settings))
