"""A branch of a lake of random DDL and rows equals it: its schema at every snapshot, its rows and its options."""

from contextlib import suppress
from pathlib import Path
from random import Random, randrange

import duckdb
import pytest

from dt_branch.branch import create, on_branch
from dt_config.config import Config
from dt_lake.lake import Lake, open_lake
from dt_lake.sql import name
from dt_snapshot.reader import read_schema
from support.backends import catalogs
from support.ddl import Dice
from support.rich_lake import new_lake

ROUNDS = [
    pytest.param("duckdb", 1, 60, id="DuckDB file"),
    pytest.param("postgres", 2, 25, id="PostgreSQL"),
    pytest.param("sqlite", 3, 25, id="SQLite"),
    pytest.param("duckdb", randrange(10**9), 400, id="DuckDB file, long", marks=pytest.mark.slow),
    pytest.param("postgres", randrange(10**9), 200, id="PostgreSQL, long", marks=pytest.mark.slow),
    pytest.param("sqlite", randrange(10**9), 400, id="SQLite, long", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("backend", "seed", "steps"), ROUNDS)
def test_a_branch_of_random_work_equals_its_source(
    backend: str, seed: int, steps: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    print(f"seed {seed}")
    config = new_lake(tmp_path, catalogs(request, backend))
    make(config, Random(seed), steps)
    made = create(config, str(tmp_path / "try.db"))
    source = seen(config)
    assert len(source) > steps // 4
    assert seen(on_branch(config, made.catalog)) == source


def make(config: Config, random: Random, steps: int) -> None:
    """Execute random DDL, and between two statements of it add rows to a random table."""
    with open_lake(config, write=True, create=True) as lake:
        lake.connection.execute('USE "lake"')
        dice, schema = Dice(random, "lake"), read_schema(lake)
        for _ in range(steps):
            tried(lake, dice.statement(schema))
            schema = read_schema(lake)
            tables = [
                table for table in schema.tables if "TIME_NS" not in str(table)
            ]  # DuckDB can't write it to Parquet.
            if tables:
                table = random.choice(tables)
                path = name("lake", table.schema, table.name)
                tried(
                    lake,
                    random.choice([f"INSERT INTO {path} DEFAULT VALUES", f"INSERT INTO {path} FROM {path} LIMIT 50"]),
                )


def tried(lake: Lake, statement: str) -> None:
    try:
        lake.connection.execute(statement)
    except (duckdb.InternalException, duckdb.FatalException):
        raise
    except duckdb.Error:
        with suppress(duckdb.TransactionException):
            lake.connection.execute("ROLLBACK")


def seen(config: Config) -> list[object]:
    """The schema at each snapshot, and in the end the rows and the options."""
    with open_lake(config, write=True) as lake:
        query = f"SELECT snapshot_id FROM {lake.metadata('ducklake_snapshot')} ORDER BY ALL"
        numbers = [row[0] for row in lake.connection.execute(query).fetchall()]
        now = read_schema(lake)
        rows = {(table.schema, table.name): rows_of(lake, table.schema, table.name) for table in now.tables}
        return [*(read_schema(lake, number) for number in numbers), now, rows]


def rows_of(lake: Lake, schema: str, table: str) -> object:
    path = name("lake", schema, table)
    return lake.connection.execute(f"SELECT rowid, t::VARCHAR FROM {path} AS t ORDER BY ALL").fetchall()
