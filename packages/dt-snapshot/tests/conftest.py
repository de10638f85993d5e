"""Lakes for the tests of this package, made by their own statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dt_config.config import Config, Connection
from dt_lake.lake import Lake, open_lake
from support.backends import BACKENDS
from support.postgres import Postgres, postgres
from support.project import duckdb_project, postgres_project, project, sqlite_project

__all__ = ["duckdb_project", "postgres", "postgres_project", "project", "sqlite_project"]


@pytest.fixture(params=BACKENDS)
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    """The configuration of a lake `lake`, on either backend, that doesn't exist yet."""
    settings = {"catalog_name": "lake", "catalog_backend": request.param}
    if request.param == "duckdb":
        settings["duckdb_metadata_path"] = str(tmp_path / "lake.db")
    elif request.param == "sqlite":
        settings["sqlite_path"] = str(tmp_path / "lake.sqlite")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        settings |= {"postgres_connection": server.new_database().keywords(), "data_path": str(tmp_path / "data")}
    return Config(connection=Connection(**settings))


@pytest.fixture
def lake(config: Config) -> Iterator[Lake]:
    """A new lake on either backend, with its catalog in use."""
    with made(config) as lake:
        yield lake


@pytest.fixture
def file_lake(tmp_path: Path) -> Iterator[Lake]:
    """A new lake in a DuckDB file, with its catalog in use."""
    with made(Config(connection=Connection(catalog_name="lake", duckdb_metadata_path=str(tmp_path / "f.db")))) as lake:
        yield lake


@contextmanager
def made(config: Config) -> Iterator[Lake]:
    with open_lake(config, write=True, create=True) as lake:
        lake.connection.execute(f'USE "{lake.catalog}"')
        yield lake
