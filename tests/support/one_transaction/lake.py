"""A lake in which sequences run: in one transaction of DuckLake, or as migrations of ducktracker."""

import shutil
from collections.abc import Sequence as Many
from contextlib import suppress
from pathlib import Path

import duckdb

from dt_config.config import Config, Connection
from dt_contract.errors import Stop
from dt_contract.migrations import Migration
from dt_history.tail import HistoryTail
from dt_lake.lake import Lake
from ducktracker.apply import Failed, apply
from ducktracker.names import Home
from ducktracker.sequences import check_shared_transaction, check_transaction
from ducktracker.statements import Script, parse
from support.lakes import load
from support.one_transaction.steps import Step

MAINTENANCE = (
    "CALL ducklake_flush_inlined_data('lake')",
    "CALL ducklake_rewrite_data_files('lake', delete_threshold => 0)",
    "CALL ducklake_merge_adjacent_files('lake')",
)
REFUSED = "refused: "


class Bench:
    """A DuckDB with one lake after the other in a folder.

    `way` is how a sequence runs: `plain` in a transaction of DuckLake, `each` in one a statement, `file` as one
    migration, `all` as one migration a statement under `--transaction all`.
    """

    def __init__(self, folder: Path, way: str = "plain") -> None:
        self._engine = duckdb.connect(config={"disable_database_invalidation": True, "threads": 1})
        load(self._engine, "ducklake")
        self.connection = self._engine.cursor()
        self.way = way
        self._folder = folder
        self._tail = HistoryTail(None)

    def new_lake(self) -> None:
        """Attach an empty lake instead of the one before."""
        self._detach()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self._tail = HistoryTail(None)
        self._attach()

    def reopen(self) -> None:
        """Detach the lake and attach it again."""
        self._detach()
        self._attach()

    def close(self) -> None:
        """Close DuckDB."""
        self._detach()
        self._engine.close()

    def run(self, steps: Many[Step], table: str) -> str | None:
        """Run statements one by one; return the error of the one that fails."""
        for step in steps:
            try:
                self.connection.execute(step.on(table))
            except duckdb.Error as error:
                return f"{step.kind}: {first_line(error)}"
        return None

    def run_together(self, steps: Many[Step], table: str) -> str | None:
        """Run statements in one transaction; return the error, with REFUSED before it if that is ducktracker's."""
        if self.way == "each":
            return self.run(steps, table)
        if self.way != "plain":
            return self._migrate([step.on(table) for step in steps])
        self.connection.execute("BEGIN")
        failed = self.run(steps, table)
        try:
            self.connection.execute("ROLLBACK" if failed else "COMMIT")
        except duckdb.Error as error:
            with suppress(duckdb.Error):
                self.connection.execute("ROLLBACK")
            return f"commit: {first_line(error)}"
        return failed

    def _migrate(self, statements: list[str]) -> str | None:
        texts = [";\n".join(statements)] if self.way == "file" else statements
        scripts = [self._script(number, text) for number, text in enumerate(texts, start=1)]
        try:
            for script in scripts:
                check_transaction([script])
            if len(scripts) > 1:
                check_shared_transaction(scripts)
        except Stop as refused:
            return f"{REFUSED}{refused}"
        lake = Lake(self.connection, Config(connection=Connection(catalog_name="lake", duckdb_metadata_path="lake.db")))
        outcome = apply(lake, scripts, self._tail)
        self.connection.execute("USE lake")
        if isinstance(outcome, Failed):
            is_ours = " in this build of DuckLake" in outcome.error
            return (REFUSED if is_ours else "") + outcome.error.splitlines()[0][:200]
        self._tail = self._tail.after([script.name for script in scripts], outcome.lake_snapshot)
        return None

    def _script(self, number: int, text: str) -> Script:
        migration = Migration(
            script=f"V{number}__x.sql", type="versioned", version=number, description="x", checksum="x"
        )
        return parse(self.connection, migration, text, Home.of("lake", "main"))

    def _attach(self) -> None:
        self.connection = self._engine.cursor()
        path = self._folder / "lake.db"
        self.connection.execute(f"ATTACH 'ducklake:{path}' AS lake (DATA_PATH '{self._folder}/data/')")
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
