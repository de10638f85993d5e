"""A DuckDB connection whose errors say what happened to the lake: where each error leaves the engine."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

import duckdb

from dt_config.config import Connection
from dt_contract import signals
from dt_contract.errors import LakeError
from dt_lake.engine_text import says_server
from dt_lake.errors import LakeFault, explained, fault
from dt_lake.lost_file import is_gone, lost_file
from dt_lake.mark import TABLE as MARK
from dt_lake.mark import Mark, read_mark
from dt_lake.meaning import place
from dt_lake.sql import name

T = TypeVar("T")
_TAKES_BACK = ("ROLLBACK", "USE memory.main", "DETACH")
"""How the SQL begins that is to run to its end whatever signal comes."""


class Engine:
    """Stands for a DuckDB connection. Errors that are the environment's leave it as a LakeFault, others as they are."""

    def __init__(self, inner: duckdb.DuckDBPyConnection, settings: Connection) -> None:
        self._inner = inner
        self._settings = settings
        self._sql = ""
        self._is_waiting = False
        signals.stoppable(self)

    def stop(self) -> None:
        """Interrupt what runs, from another thread; what takes back what ran is left alone."""
        if self._is_waiting:
            self._inner.interrupt()

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._inner, attribute)

    def execute(self, query: Any, parameters: object = None) -> "Engine":
        """Run SQL. Raises LakeFault, DuckDB's own error, or KeyboardInterrupt once a signal asks us to end."""
        self._sql = query if isinstance(query, str) else ""
        self._run(lambda: self._inner.execute(query, parameters))
        return self

    def fetchall(self) -> list[Any]:
        """Return the rows that are left; raises what `execute` does."""
        return self._run(self._inner.fetchall)

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row; raises what `execute` does."""
        return self._run(self._inner.fetchone)

    def _run(self, wait: Callable[[], T]) -> T:
        is_stoppable = not self._sql.startswith(_TAKES_BACK)
        if is_stoppable:
            signals.check()
        self._is_waiting = is_stoppable
        try:
            return wait()
        except duckdb.Error as error:
            if is_stoppable and signals.is_asked():
                raise KeyboardInterrupt from None
            raise self._meaning(error) from error.__cause__
        except UnicodeDecodeError:
            # What is not text can be in a column for it in SQLite.
            told = "the lake's catalog has text that is not UTF-8"
            raise fault(told, place(self._settings), told) from None
        finally:
            self._is_waiting = False

    def cursor(self) -> "Engine":
        """Return another session of the same DuckDB."""
        return Engine(self._inner.cursor(), self._settings)

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *_: object) -> None:
        self._inner.close()

    def _meaning(self, error: duckdb.Error) -> duckdb.Error:
        if self._sql == "COMMIT" and says_server(str(error)):
            from dt_lake.refused import refused

            if refusal := refused(self._inner, self._settings, str(error)):
                return refusal
        if is_gone(error) and (mark := self._mark()) and (lost := lost_file(error, place(self._settings), mark)):
            return lost
        database = "SQLite" if self._settings.catalog_backend == "sqlite" else "PostgreSQL"
        found = explained(error, place(self._settings), self._sql, self._data_path, database)
        if isinstance(found, LakeFault) and says_server(found.text) and not self._sql.startswith(_TAKES_BACK):
            from dt_lake.locks import lock_timeout

            return lock_timeout(self._settings, found.text) or found
        return found or error

    def _data_path(self) -> str:
        """The lake's own, or what it would be."""
        query = f"SELECT value FROM {self._metadata('ducklake_metadata')} WHERE key = 'data_path' AND scope IS NULL"
        row = self._asked(lambda session: session.execute(query).fetchone())
        return str(row[0]) if row else self._settings.data_path

    def _mark(self) -> Mark | None:
        return self._asked(lambda session: read_mark(session, self._metadata(MARK)))

    def _metadata(self, table: str) -> str:
        schema = [self._settings.metadata_schema] if self._settings.metadata_schema else []
        return name(f"__ducklake_metadata_{self._settings.catalog_name}", *schema, table)

    def _asked(self, ask: Callable[[duckdb.DuckDBPyConnection], T]) -> T | None:
        """What a session of its own says, because the current one has an error; None if that has one too."""
        with suppress(duckdb.Error, LakeError), self._inner.cursor() as session:
            return ask(session)
        return None


def engine(inner: duckdb.DuckDBPyConnection, settings: Connection) -> duckdb.DuckDBPyConnection:
    """Return the connection with its errors translated; it is used as any other."""
    return cast(duckdb.DuckDBPyConnection, Engine(inner, settings))
