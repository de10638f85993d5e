"""The lake of a run that writes: opened, waited for, and opened afresh where a session was touched."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import duckdb

from dt_config.config import Config
from dt_contract.errors import LakeBusy
from dt_lake.attach import place
from dt_lake.inlining import keep_rows_in_files
from dt_lake.lake import Lake, attach_lake, connect
from dt_lake.sql import literal, name
from dt_lake.waiting import wait_for

_RETRY_WAIT = "SET GLOBAL ducklake_retry_wait_ms = 10"
"""DuckLake's ten retries of a COMMIT, each after a longer wait, take a second then, not eleven; then it is our turn."""


_ROOM = 50_000_000
"""Bytes that DuckDB counts for the catalogs that it keeps, which take about twice as many.

Neither DETACH nor a lower memory_limit makes it let go of them.
"""

_NEEDED = "filter_pushdown"
"""The part of the optimizer that DDL in a lake of thousands of tables takes half as long again without."""


class Session:
    """One DuckDB at a time, in `connection`, and once it is opened or made the lake in it, in `lake`."""

    lake: Lake

    def __init__(
        self,
        config: Config,
        *,
        lock_timeout: float,
        notify: Callable[[str], None],
        sandbox: Callable[[], duckdb.DuckDBPyConnection] | None = None,
    ) -> None:
        """Raise what `connect` does. `lock_timeout` is how many seconds to wait for a lake that another process holds.

        `notify` tells that it waits, and where the data goes if that is not beside the catalog, each once. `sandbox`
        makes a connection with the lake attached, for SQL that is not trusted.
        """
        self._config = config
        self._sandbox = sandbox
        self._lock_timeout = lock_timeout
        self._notify = notify
        self._said: set[str] = set()
        self._is_tuned = False
        self._optimizers_off = ""
        self.connection = self._connect()

    def open(self) -> None:
        """Open the lake. Raises LakeMissing, after which `make` makes it, LakeBusy or another LakeError."""
        self._attach(create=False)

    def make(self) -> None:
        """Make the lake, or open it if another process was quicker."""
        self._attach(create=True)

    def close(self) -> None:
        """Close all. After a COMMIT that failed, only DETACH makes DuckDB let go of the lake's file."""
        with suppress(duckdb.Error):
            # Without its schema `memory` is looked for in the lake too, which loads the whole catalog.
            self.connection.execute(f"USE memory.main; DETACH {name(self._config.connection.catalog_name)}")
        self.connection.close()

    def reopen(self) -> None:
        """Close the lake and open it in a new DuckDB, without what was done to the old one."""
        self.close()
        self._is_tuned = False
        self.connection = self._connect()
        self.open()

    def after_conflict(self) -> None:
        """Make the session usable after a COMMIT that another process prevented.

        SQLite is left in the middle of it, and nobody else can read the file before DuckDB lets go of it
        (docs/ducklake-facts.md#sqlite-locks-the-file).
        """
        if self.lake.backend == "sqlite":
            self.reopen()

    def gave_up(self) -> LakeBusy:
        """Return the error for conflicts that did not end in the time to wait."""
        is_sqlite = self.lake.backend == "sqlite"
        why = "other processes kept the file locked" if is_sqlite else "other runners kept committing first"
        return LakeBusy(
            f"gave up after {self._lock_timeout:g} seconds: {why}",
            place=place(self._config.connection),
            hint="nothing was lost; run again",
        )

    @contextmanager
    def rows_in_files(self) -> Iterator[None]:
        """Open the lake again so that all rows go to files in the block, and as it was after it."""
        self.reopen()
        keep_rows_in_files(self.lake)
        yield
        self.reopen()

    def tune(self, *, much_ddl: bool) -> None:
        """Make DuckDB quick at much DDL, or what it was.

        DDL is many small queries of the catalog, which more threads and the optimizer only slow down
        (docs/ducklake-facts.md#where-the-time-goes); data is better off with both.
        """
        if much_ddl == self._is_tuned:
            return
        self._is_tuned = much_ddl
        if not much_ddl:
            off = literal(self._optimizers_off)
            self.connection.execute(f"RESET GLOBAL threads; SET GLOBAL disabled_optimizers = {off}")
            return
        row = self.connection.execute("SELECT current_setting('disabled_optimizers')").fetchone()
        self._optimizers_off = str(row[0] or "") if row else ""
        optimizers = self.connection.execute("SELECT name FROM system.main.duckdb_optimizers()").fetchall()
        off = ",".join(optimizer for (optimizer,) in optimizers if optimizer != _NEEDED)
        self.connection.execute(f"SET GLOBAL threads = 1; SET GLOBAL disabled_optimizers = {literal(off)}")

    def make_room(self) -> None:
        """Open the lake afresh where DuckDB keeps many catalogs; it loads at least one after each commit of DDL."""
        query = "SELECT memory_usage_bytes FROM system.main.duckdb_memory() WHERE tag = 'OBJECT_CACHE'"
        row = self.connection.execute(query).fetchone()
        assert row is not None
        if row[0] > _ROOM:
            self.reopen()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        return self._sandbox() if self._sandbox else connect(self._config, write=True)

    def _attach(self, *, create: bool) -> None:
        def attempt() -> Lake:
            if self._sandbox:
                return Lake(self.connection, self._config)
            return attach_lake(self.connection, self._config, write=True, create=create)

        self.lake = wait_for(attempt, self._lock_timeout, self._say)
        self.connection.execute(_RETRY_WAIT)
        if self.lake.elsewhere:
            self._say(self.lake.elsewhere)

    def _say(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            self._notify(text)
