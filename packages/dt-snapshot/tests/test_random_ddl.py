"""The metadata reader against DuckDB's own word, after each of many random DDL statements.

DuckDB says `'3'` for a number that is a default and `NULL` for none; `support.catalog` writes both sides alike.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random, randrange

import duckdb
import msgspec
import pytest
from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.schema import SchemaDocument
from dt_lake.lake import Lake, connect, open_lake
from dt_lake.sql import literal, name
from dt_snapshot.fingerprint import fingerprint
from dt_snapshot.reader import read_schema
from support import rich_lake
from support.backends import catalogs
from support.catalog import Said, differences, said, shown
from support.ddl import Dice

ODD = 'lake "of" ours'
ROUNDS = [
    pytest.param("duckdb", "lake_of_ours", 1, 110, id="DuckDB file"),
    pytest.param("duckdb", ODD, 2, 30, id="DuckDB file, odd name"),
    pytest.param("postgres", "lake_of_ours", 3, 30, id="PostgreSQL"),
    pytest.param("duckdb", ODD, 4, 300, id="DuckDB file, long", marks=pytest.mark.slow),
    pytest.param("sqlite", "lake_of_ours", 6, 30, id="SQLite"),
    pytest.param("postgres", ODD, 5, 110, id="PostgreSQL, long", marks=pytest.mark.slow),
    pytest.param("duckdb", "lake_of_ours", randrange(10**9), 150, id="DuckDB file, new seed", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("backend", "catalog", "seed", "steps"), ROUNDS)
def test_the_document_is_what_duckdb_says(
    backend: str, catalog: str, seed: int, steps: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    print(f"seed {seed}")
    config = new_lake(backend, catalog, tmp_path, request)
    documents = make_history(config, Random(seed), steps)
    assert len(documents) == steps
    for snapshot, theirs in said_at(config, documents):
        assert differences(shown(documents[snapshot]), theirs) == [], snapshot
    with open_lake(config) as lake:
        for snapshot, document in documents.items():
            assert read_schema(lake, snapshot) == without_options(document)


def new_lake(backend: str, catalog: str, folder: Path, request: pytest.FixtureRequest) -> Config:
    """Return the configuration of a lake that doesn't exist yet."""
    config = rich_lake.new_lake(folder, catalogs(request, backend))
    return replace(config, connection=replace(config.connection, catalog_name=catalog))


def make_history(config: Config, random: Random, steps: int) -> dict[int, SchemaDocument]:
    """Execute random statements, and return the schema after each that made a snapshot."""
    documents: dict[int, SchemaDocument] = {}
    with open_lake(config, write=True, create=True) as lake:
        dice = Dice(random, lake.catalog)
        while len(documents) < steps:
            document = read_schema(lake)
            documents[document.lake.snapshot or 0] = document
            assert differences(shown(document), said(lake.connection, lake.catalog)) == []
            execute_one(lake, dice, document)
    return documents


def execute_one(lake: Lake, dice: Dice, schema: SchemaDocument) -> None:
    """Execute the first statement that the lake takes."""
    while True:
        statement = dice.statement(schema)
        try:
            lake.connection.execute(statement)
        except (duckdb.InternalException, duckdb.FatalException):
            raise
        except duckdb.Error:
            with suppress(duckdb.TransactionException):
                lake.connection.execute("ROLLBACK")
            continue
        print(f"{statement};")
        return


def said_at(config: Config, snapshots: Iterable[int]) -> Iterator[tuple[int, Said]]:
    """Return what DuckDB says of the lake attached at each of its snapshots."""
    settings = config.connection
    source = f"{settings.catalog_backend}:{settings.postgres_connection or settings.file}"
    catalog = name(settings.catalog_name)
    with connect(config) as connection:
        for snapshot in snapshots:
            connection.execute(f"ATTACH {literal('ducklake:' + source)} AS {catalog} (SNAPSHOT_VERSION {snapshot})")
            yield snapshot, said(connection, settings.catalog_name)
            connection.execute(f"DETACH {catalog}")


def without_options(document: SchemaDocument) -> SchemaDocument:
    """Options have no past."""
    past = msgspec.structs.replace(
        document,
        options=None,
        schemas=tuple(msgspec.structs.replace(schema, options={}) for schema in document.schemas),
        tables=tuple(msgspec.structs.replace(table, options={}) for table in document.tables),
    )
    return msgspec.structs.replace(past, fingerprint=fingerprint(past))
