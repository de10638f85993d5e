"""Lakes of odd names and places, on both backends."""

import re
from pathlib import Path

import pytest

from dt_config.config import Config, Connection, Migrations
from dt_contract.errors import InputError
from dt_lake.lake import Lake, engines, open_lake
from dt_lake.sql import name
from support.backends import BACKENDS
from support.postgres import Postgres

CATALOGS = [
    pytest.param("lake", id="plain"),
    pytest.param("two words", id="space"),
    pytest.param('quo"te', id="double quote"),
    pytest.param("it's", id="quote"),
    pytest.param("select", id="keyword"),
    pytest.param("Mixed Case", id="upper case"),
    pytest.param("Ünï-日本", id="beyond ASCII"),
    pytest.param("a.b;c", id="dot and semicolon"),
]


def new_config(backend: str, folder: Path, request: pytest.FixtureRequest, **settings: str) -> Config:
    """Return the configuration of a lake that doesn't exist yet."""
    at = {"duckdb_metadata_path": str(folder / "lake.db"), "sqlite_path": str(folder / "lake.sqlite")}
    if backend == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        at = {"postgres_connection": server.new_database().keywords(), "data_path": str(folder / "data")}
    return Config(connection=Connection(**{"catalog_backend": backend, **at, **settings}))  # type: ignore[arg-type]


def count(lake: Lake, table: str = "ducklake_table") -> tuple[int, ...] | None:
    return lake.connection.execute(f"SELECT count(*) FROM {lake.metadata(table)}").fetchone()


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("catalog", CATALOGS)
def test_catalog_names(catalog: str, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    config = new_config(backend, tmp_path, request, catalog_name=catalog)
    with open_lake(config, write=True, create=True) as lake:
        lake.connection.execute(f"CREATE SCHEMA {name(catalog, catalog)}")
        lake.connection.execute(f"CREATE TABLE {name(catalog, catalog, 't')} AS SELECT 1 AS i")
    with open_lake(config) as lake:
        assert (lake.catalog, count(lake)) == (catalog, (1,))
        assert lake.connection.execute(f"FROM {name(catalog, catalog, 't')}").fetchall() == [(1,)]


def test_history_table() -> None:
    migrations = Migrations(target_schema='s"s', schema_history_table="h h")
    assert Lake(None, Config(migrations=migrations)).history_table == '"my_ducklake"."s""s"."h h"'  # type: ignore[arg-type]


@pytest.mark.parametrize("schema", ["lakes", "Two Words", 'quo"te'])
def test_lakes_in_one_database(schema: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    first = new_config("postgres", tmp_path, request)
    keywords = first.connection.postgres_connection
    second = new_config("postgres", tmp_path, request, postgres_connection=keywords, metadata_schema=schema)
    for tables, config in ((1, first), (2, second)):
        with open_lake(config, write=True, create=True) as lake:
            for number in range(tables):
                lake.connection.execute(f"CREATE TABLE my_ducklake.t{number} (i INTEGER)")
    for tables, config in ((1, first), (2, second)):
        with open_lake(config) as lake:
            assert count(lake) == (tables,)


def test_a_read_only_configuration_writes_nothing(tmp_path: Path) -> None:
    settings = Connection(duckdb_metadata_path=str(tmp_path / "lake.db"), read_only=True)
    with (
        pytest.raises(InputError, match="read_only is set"),
        open_lake(Config(connection=settings), write=True),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_reading_can_not_write(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    config = new_config("duckdb", tmp_path, request)
    with open_lake(config, write=True, create=True):
        pass
    with open_lake(config) as lake, pytest.raises(Exception, match="read-only"):
        lake.connection.execute("CREATE TABLE my_ducklake.t (i INTEGER)")


def test_python_variables_are_no_tables(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = [(1,)]
    with open_lake(new_config("duckdb", tmp_path, request), write=True, create=True) as lake:
        with pytest.raises(Exception, match="rows does not exist"):
            lake.connection.execute("FROM rows")
        assert rows


def test_engines() -> None:
    assert re.fullmatch(r"DuckDB \d+\.\d+\.\d+, DuckLake \w+", engines())
