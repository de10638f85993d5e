"""A throw-away lake in which it is learnt what a statement would have made, had it not found its work done."""

from contextlib import ExitStack

import duckdb

from dt_config.config import Config
from dt_contract.errors import Stop
from dt_contract.schema import Column, Macro, SchemaDocument, Table
from dt_lake.lake import Lake, open_lake
from dt_lake.sql import name
from dt_lake.throwaway_lake import throwaway
from dt_snapshot.reader import read_schema
from ducktracker.drift.stated_objects import Restated, find_column

_OTHER = "ducktracker_other"
"""A column in the place of those that are not of interest."""


class Scratch:
    """Is made when it is first needed. What it can't tell is None: the statement may need what only the lake has."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.catalog = config.connection.catalog_name
        self._stack = ExitStack()
        self._lake: Lake | None = None

    def close(self) -> None:
        """Remove the lake."""
        self._lake = None
        self._stack.close()

    def table(self, sql: str, item: Restated) -> Table | None:
        """Return the table that a CREATE TABLE makes."""
        return item.find(self._made(sql, item).tables)

    def macro(self, sql: str, item: Restated) -> Macro | None:
        """Return the macro that a CREATE MACRO makes."""
        return item.find(self._made(sql, item).macros)

    def column(self, sql: str, item: Restated) -> Column | None:
        """Return the column, or the field, that an ADD COLUMN makes."""
        column = f"{_OTHER} INTEGER"
        for part in reversed(item.path[:-1]):
            column = f"{name(part)} STRUCT({column})"
        table = item.find(self._made(sql, item, f"CREATE TABLE {name(item.name)} ({column})").tables)
        return find_column(table.columns, item.path) if table else None

    def _made(self, sql: str, item: Restated, setup: str | None = None) -> SchemaDocument:
        """The schema in which a statement has run, in the first of the schemas that it may mean."""
        try:
            lake = self._open()
            if item.schemas:
                self._run(lake, item.schemas[0], [*([setup] if setup else ()), sql])
                return read_schema(lake)
        except (duckdb.Error, Stop):
            self.close()
        return SchemaDocument()

    def _run(self, lake: Lake, schema: str, statements: list[str]) -> None:
        found = read_schema(lake)
        run = lake.connection.execute
        run("USE memory.main")
        for made in found.schemas:
            if made.name != "main":
                run(f"DROP SCHEMA {name(lake.catalog, made.name)} CASCADE")
        for kind, items in (("TABLE", found.tables), ("VIEW", found.views)):
            for item in items:
                if item.schema == "main":
                    run(f"DROP {kind} {name(lake.catalog, item.schema, item.name)}")
        for macro in found.macros:
            if macro.schema == "main":
                kind = "MACRO" if macro.kind == "scalar" else "MACRO TABLE"
                run(f"DROP {kind} {name(lake.catalog, macro.schema, macro.name)}")
        run(f"CREATE SCHEMA IF NOT EXISTS {name(lake.catalog, schema)}")
        run(f"USE {name(lake.catalog, schema)}")
        for statement in statements:
            run(statement)

    def _open(self) -> Lake:
        if self._lake is None:
            config = self._stack.enter_context(throwaway(self._config))
            self._lake = self._stack.enter_context(open_lake(config, write=True, create=True))
        return self._lake
