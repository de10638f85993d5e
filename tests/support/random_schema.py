"""Lakes after a walk of random DDL."""

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import duckdb

from dt_config.config import Config
from dt_diff.sql.definitions import create_macro, create_view
from dt_diff.sql.names import Home
from dt_lake.lake import Lake, attach_lake, connect
from dt_lake.sql import name
from dt_snapshot.reader import read_schema
from support.backends import Catalogs
from support.ddl import Dice
from support.rich_lake import new_lake


def random_lake(folder: Path, postgres: Catalogs, random: Random, number: int = 60) -> Config:
    """Make a lake in which as many random statements were tried."""
    config = new_lake(folder, postgres)
    with closing(connect(config, write=True)) as connection:
        lake = attach_lake(connection, config, write=True, create=True)
        walk(lake, random, number)
        drop_broken(lake)
    return config


def drop_broken(lake: Lake) -> None:
    """Drop what can't be made again: views and macros of what is gone, and defaults that are no values of the type."""
    while broken := list(_broken(lake)):
        for statement in broken:
            lake.connection.execute(statement)


def _broken(lake: Lake) -> Iterator[str]:
    schema, home = read_schema(lake), Home("main")
    for table in schema.tables:
        for column in table.columns:
            if column.default and not _works(lake, f"SELECT CAST({column.default} AS {column.type})::VARCHAR"):
                yield f"ALTER TABLE {name(table.schema, table.name)} ALTER {name(column.name)} DROP DEFAULT"
    for view in schema.views:
        if not _works(lake, create_view(view, home, "CREATE OR REPLACE")):
            yield f"DROP VIEW {name(view.schema, view.name)}"
    for macro in schema.macros:
        if not _works(lake, create_macro(macro, home, "CREATE OR REPLACE")):
            yield f"DROP MACRO {'TABLE ' if macro.kind == 'table' else ''}{name(macro.schema, macro.name)}"


def _works(lake: Lake, statement: str) -> bool:
    lake.connection.execute("BEGIN")
    try:
        lake.connection.execute(statement).fetchall()
    except duckdb.Error:
        return False
    finally:
        lake.connection.execute("ROLLBACK")
    return True


def walk(lake: Lake, random: Random, number: int, *, without: str = "\0") -> list[str]:
    """Try random statements, but none that has a word in it, and return those that the lake took."""
    dice, taken = Dice(random, lake.catalog), []
    lake.connection.execute("USE lake")
    for _ in range(number):
        statement = dice.statement(read_schema(lake))
        if without in statement:
            continue
        try:
            lake.connection.execute(statement)
        except (duckdb.InternalException, duckdb.FatalException):
            raise
        except duckdb.Error:
            with suppress(duckdb.TransactionException):
                lake.connection.execute("ROLLBACK")
        else:
            taken.append(statement)
    return taken


def swap(lake: Lake, random: Random) -> None:
    """Let two columns of a table swap their names, and two tables of a schema."""
    schema = read_schema(lake)
    for table in random.sample(schema.tables, min(1, len(schema.tables))):
        if len(table.columns) > 1:
            one, other = (name(column.name) for column in random.sample(table.columns, 2))
            steps = ((one, "third"), (other, one), ("third", other))
            for old, new in steps:
                lake.connection.execute(f"ALTER TABLE {name(table.schema, table.name)} RENAME {old} TO {new}")
    mains = [table.name for table in schema.tables if table.schema == "main"]
    if len(mains) > 1:
        one, other = random.sample(mains, 2)
        for old, new in ((one, "third"), (other, one), ("third", other)):
            lake.connection.execute(f"ALTER TABLE {name('main', old)} RENAME TO {name(new)}")
