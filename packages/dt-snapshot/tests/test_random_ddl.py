"""The metadata reader against DuckDB's own word, after each of many random DDL statements.

DuckDB says `'3'` for a number that is a default and `NULL` for none; `support.catalog` writes both sides alike.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random, randrange

import duckdb
import msgspec
import pytest

from dt_config.config import Config, Connection
from dt_contract.schema import SchemaDocument
from dt_lake.lake import Lake, connect, open_lake
from dt_lake.sql import literal, name
from dt_snapshot.fingerprint import fingerprint
from dt_snapshot.reader import read_schema
from support.catalog import Said, differences, said, shown
from support.ddl import random_statements
from support.postgres import Postgres

Place = Callable[[str], Config]


@pytest.fixture(params=["duckdb", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Gives the configuration of a new lake under a catalog name."""
    if request.param == "duckdb":
        file = str(tmp_path / "lake.db")
        return lambda catalog: Config(connection=Connection(catalog_name=catalog, duckdb_metadata_path=file))
    server: Postgres = request.getfixturevalue("postgres")
    keywords, data = server.new_database().keywords(), str(tmp_path / "data")
    return lambda catalog: Config(
        connection=Connection(
            catalog_name=catalog, catalog_backend="postgres", postgres_connection=keywords, data_path=data
        )
    )


@pytest.mark.parametrize(
    ("catalog", "seed", "steps"),
    [
        pytest.param("lake_of_ours", 1, 110, id="plain name"),
        pytest.param('lake "of" ours', 2, 30, id="odd name"),
        *(pytest.param("lake_of_ours", seed, 300, id=f"seed {seed}", marks=pytest.mark.slow) for seed in (3, 4)),
        pytest.param("lake_of_ours", randrange(10**9), 150, id="new seed", marks=pytest.mark.slow),
    ],
)
def test_the_document_is_what_duckdb_says(place: Place, catalog: str, seed: int, steps: int) -> None:
    print(f"seed {seed}")
    config = place(catalog)
    documents = make_history(config, Random(seed), steps)
    assert len(documents) == steps
    for snapshot, document in documents.items():
        assert differences(shown(document), said_at(config, snapshot)) == [], snapshot
    with open_lake(config) as lake:
        for snapshot, document in documents.items():
            assert read_schema(lake, snapshot) == without_options(document)


def make_history(config: Config, random: Random, steps: int) -> dict[int, SchemaDocument]:
    """Executes random statements, and gives the schema after each that made a snapshot."""
    documents: dict[int, SchemaDocument] = {}
    with open_lake(config, write=True, create=True) as lake:
        document = read_schema(lake)
        for statement in random_statements(random, lake.catalog, lambda: document):
            if execute(lake, statement):
                print(f"{statement};")
                document = read_schema(lake)
                assert differences(shown(document), said(lake.connection, lake.catalog)) == [], statement
                documents[document.lake.snapshot or 0] = document
            if len(documents) == steps:
                return documents
    raise AssertionError


def execute(lake: Lake, statement: str) -> bool:
    """Gives whether the lake took it."""
    try:
        lake.connection.execute(statement)
    except (duckdb.InternalException, duckdb.FatalException):
        raise
    except duckdb.Error:
        with suppress(duckdb.TransactionException):
            lake.connection.execute("ROLLBACK")
        return False
    return True


def said_at(config: Config, snapshot: int) -> Said:
    """Gives what DuckDB says of the lake attached at a snapshot, over a connection of its own."""
    settings = config.connection
    source = f"{settings.catalog_backend}:{settings.postgres_connection or settings.duckdb_metadata_path}"
    with connect(config) as connection:
        catalog = name(settings.catalog_name)
        connection.execute(f"ATTACH {literal('ducklake:' + source)} AS {catalog} (SNAPSHOT_VERSION {snapshot})")
        return said(connection, settings.catalog_name)


def without_options(document: SchemaDocument) -> SchemaDocument:
    """Options have no past."""
    past = msgspec.structs.replace(
        document,
        options=None,
        schemas=tuple(msgspec.structs.replace(schema, options={}) for schema in document.schemas),
        tables=tuple(msgspec.structs.replace(table, options={}) for table in document.tables),
    )
    return msgspec.structs.replace(past, fingerprint=fingerprint(past))
