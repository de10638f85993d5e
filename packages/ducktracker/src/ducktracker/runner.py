"""The lake of a run that writes: opened, waited for, and opened afresh where a session was touched."""

from collections.abc import Callable
from contextlib import ExitStack, suppress

import duckdb

from dt_config.config import Config
from dt_lake.lake import Lake, open_lake
from dt_lake.sql import name
from ducktracker.waiting import wait_for

_RETRY_WAIT = "SET GLOBAL ducklake_retry_wait_ms = 10"
"""DuckLake's ten retries of a COMMIT, each after a longer wait, take a second then, not eleven; then it is our turn."""


class Runner:
    """Holds one open lake at a time, in `lake`, until `close`."""

    lake: Lake

    def __init__(
        self,
        config: Config,
        *,
        create: bool,
        patience: float,
        say: Callable[[str], None],
        inline_rows: int | None = None,
    ) -> None:
        """Opens the lake, and makes it when `create`. Raises what `open_lake` does, and LakeBusy.

        `patience` is how many seconds to wait for a lake that another process holds; `say` tells so. `inline_rows` is
        as in `open_lake`.
        """
        self._config = config
        self._create = create
        self._patience = patience
        self._say = say
        self._inline_rows = inline_rows
        self._stack = ExitStack()
        self._open()

    def close(self) -> None:
        """Closes the lake. After a COMMIT that failed, only DETACH makes DuckDB let go of the lake's file."""
        with suppress(duckdb.Error):
            self.lake.connection.execute(f"USE memory; DETACH {name(self.lake.catalog)}")
        self._stack.close()

    def reopen(self) -> None:
        """Closes the lake and opens it in a new DuckDB, without what was done to the old one."""
        self.close()
        self._open()

    def _open(self) -> None:
        def attempt() -> Lake:
            opened = open_lake(self._config, write=True, create=self._create, inline_rows=self._inline_rows)
            return self._stack.enter_context(opened)

        self.lake = wait_for(attempt, self._patience, self._say)
        self.lake.connection.execute(_RETRY_WAIT)
