"""What was touched, found by ids in the temporal metadata, against whole schemas compared."""

from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from random import Random, randrange

import duckdb
import pytest

from dt_config.config import Config, Connection
from dt_contract.diff import Change
from dt_contract.schema import SchemaDocument
from dt_diff.compare import compare
from dt_lake.lake import Lake, open_lake
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.reader import read_schema
from dt_snapshot.touched import touches
from ducktracker.timeline import steps
from support.ddl import Dice
from support.postgres import Postgres

ROUNDS = [
    pytest.param("duckdb", 11, 80, id="DuckDB file"),
    pytest.param("postgres", 12, 30, id="PostgreSQL"),
    pytest.param("duckdb", randrange(10**9), 150, id="new seed", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("backend", "seed", "number"), ROUNDS)
def test_what_was_touched_is_what_differs(
    backend: str, seed: int, number: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    print(f"seed {seed}")
    server = request.getfixturevalue("postgres") if backend == "postgres" else None
    with open_lake(config_at(tmp_path, server), write=True, create=True) as lake:
        schemas = make(lake, Random(seed), number)
        touched = touches(lake, 0)
        versions = read_versions(lake, 0, {touch.object_id for touch in touched})
        by_snapshot = {step.snapshot: step for step in steps(versions, touched)}
        everything = {touch.object_id for touch in touched}
        last = versions.at(schemas[-1].lake.snapshot or 0, everything)
        spans = [(start, versions.at(start.lake.snapshot or 0, everything)) for start in schemas[:: number // 8]]
    for start, part in spans:
        assert changes(part, last) == changes(start, schemas[-1])
    for before, after in pairwise(schemas):
        snapshot = after.lake.snapshot or 0
        located = by_snapshot[snapshot].changes if snapshot in by_snapshot else ()
        assert [item.change for item in located] == changes(before, after), snapshot
        objects = {touch.object_id for touch in touched if touch.snapshot == snapshot}
        assert {key[0] for item in located for key in item.keys} <= objects
        assert all(item.keys for item in located)


def config_at(folder: Path, postgres: Postgres | None) -> Config:
    if postgres is None:
        return Config(connection=Connection(duckdb_metadata_path=str(folder / "lake.db")))
    dsn = postgres.new_database().keywords()
    data_path = str(folder / "data")
    return Config(connection=Connection(catalog_backend="postgres", postgres_connection=dsn, data_path=data_path))


def make(lake: Lake, random: Random, number: int) -> list[SchemaDocument]:
    """Executes random statements, and gives the schema after each that made a snapshot."""
    dice = Dice(random, lake.catalog)
    schemas = [read_schema(lake)]
    while len(schemas) < number:
        statement = dice.statement(schemas[-1])
        try:
            lake.connection.execute(statement)
        except (duckdb.InternalException, duckdb.FatalException):
            raise
        except duckdb.Error:
            with suppress(duckdb.TransactionException):
                lake.connection.execute("ROLLBACK")
            continue
        print(f"{statement};")
        schema = read_schema(lake)
        if schema.lake.snapshot != schemas[-1].lake.snapshot:
            schemas.append(schema)
    return schemas


def changes(before: SchemaDocument, after: SchemaDocument) -> list[Change]:
    """Without options, which have no past."""
    found = compare(before, after, expected_name="", actual_name="").changes
    return [change for change in found if change.object != "option"]
