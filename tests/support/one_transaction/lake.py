"""A lake in which sequences run: in one transaction of DuckLake, or as migrations of ducktracker."""

import shutil
from collections.abc import Sequence as Many
from contextlib import suppress
from pathlib import Path

import duckdb

from dt_config.config import Config, Connection
from dt_contract.errors import Stop
from dt_contract.migrations import Migration
from dt_lake.lake import Lake
from dt_lint.check import check
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.script.names import Home
from dt_lint.script.statements import Script, parse
from dt_lint.watch import Watch
from support.lakes import load
from support.one_transaction.steps import Step
from support.postgres import Postgres

MAINTENANCE = (
    "CALL ducklake_flush_inlined_data('lake')",
    "CALL ducklake_rewrite_data_files('lake', delete_threshold => 0)",
    "CALL ducklake_merge_adjacent_files('lake')",
)
REFUSED = "refused: "
Run = tuple[Many[Step], str]
"""Statements, and the table that they are about."""


class Bench:
    """A DuckDB with one lake after the other in a folder.

    `way` is how a sequence runs: `plain` in a transaction of DuckLake, `large` the same, with few rows in files as many
    are, `each` in one a statement, `file` as one migration, `all` as one migration a statement under `--transaction
    all`. With `postgres` the lakes are in it.
    """

    def __init__(self, folder: Path, way: str = "plain", postgres: Postgres | None = None) -> None:
        self._engine = duckdb.connect(config={"disable_database_invalidation": True, "threads": 1})
        load(self._engine, "ducklake", *(["postgres_scanner"] if postgres else []))
        if way == "large":
            self._engine.execute("SET GLOBAL ducklake_default_data_inlining_row_limit = 0")
        self.connection = self._engine.cursor()
        self.way = way
        self._folder = folder
        self._postgres = postgres
        self._source = ""

    def new_lake(self) -> None:
        """Attach an empty lake instead of the one before."""
        self._detach()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        server = self._postgres
        self._source = f"postgres:{server.new_database().keywords()}" if server else f"{self._folder}/lake.db"
        self._attach()

    def reopen(self) -> None:
        """Detach the lake and attach it again."""
        self._detach()
        self._attach()

    def close(self) -> None:
        """Close DuckDB."""
        self._detach()
        self._engine.close()

    def together(self, runs: dict[int, Run], *, guarded: bool) -> tuple[int | None, str | None]:
        """Run and commit sequences in one transaction; return which one failed (None: the COMMIT), and the error."""
        self.connection.execute("BEGIN")
        for at, (steps, table) in runs.items():
            if failed := self._attempt(steps, table, guarded=guarded):
                self._roll_back(failed)
                return at, failed
        try:
            self.connection.execute("COMMIT")
        except duckdb.Error as error:
            self._roll_back(str(error))
            return None, f"commit: {first_line(error)}"
        return None, None

    def rehearse(self, steps: Many[Step], table: str) -> str | None:
        """Run statements and roll them back; return the error, with REFUSED before it if that is ducktracker's."""
        self.connection.execute("BEGIN")
        failed = self._attempt(steps, table, guarded=True)
        self._roll_back(failed or "")
        return failed

    def _attempt(self, steps: Many[Step], table: str, *, guarded: bool) -> str | None:
        statements = [step.on(table) for step in steps]
        try:
            if not guarded or self.way in ("plain", "large", "each"):
                for statement in statements:
                    self.connection.execute(statement)
            else:
                self._guarded(statements)
        except (Stop, CorruptsLake) as refused:
            return f"{REFUSED}{refused}"
        except duckdb.Error as error:
            return first_line(error)
        return None

    def _guarded(self, statements: list[str]) -> None:
        texts = [";\n".join(statements)] if self.way == "file" else statements
        scripts = [self._script(number, text) for number, text in enumerate(texts, start=1)]
        config = Config(connection=Connection(catalog_name="lake", duckdb_metadata_path="lake.db"))
        for script in scripts:
            check([script], config.migrations)
        check(scripts, config.migrations)
        watch = Watch(Lake(self.connection, config), scripts)
        for statement in (statement for script in scripts for statement in script.statements):
            watch.run(statement)
        watch.at_commit()

    def _roll_back(self, error: str) -> None:
        with suppress(duckdb.Error):
            self.connection.execute("ROLLBACK")
        if "INTERNAL" in error:
            self.reopen()

    def _script(self, number: int, text: str) -> Script:
        migration = Migration(
            script=f"V{number}__x.sql", type="versioned", version=number, description="x", checksum="x"
        )
        return parse(self.connection, migration, text, Home.of("lake", "main"))

    def _attach(self) -> None:
        self.connection = self._engine.cursor()
        self.connection.execute(f"ATTACH 'ducklake:{self._source}' AS lake (DATA_PATH '{self._folder}/data/')")
        self.connection.execute("USE lake")

    def _detach(self) -> None:
        """A lake that can't be read any more can't be left by USE either, so the session ends."""
        with suppress(duckdb.Error):
            self.connection.execute("ROLLBACK")
        self.connection.close()
        self._engine.execute("DETACH DATABASE IF EXISTS lake")


def first_line(error: duckdb.Error) -> str:
    """Return the beginning of what DuckDB says."""
    return str(error).splitlines()[0][:200]
