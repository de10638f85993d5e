"""Lakes with all that a branch has to copy, on each kind of catalog."""

from pathlib import Path

import pytest

from dt_config.config import Config, Connection
from dt_lake.lake import open_lake
from support.postgres import Postgres, postgres
from support.rich_lake import STATEMENTS

__all__ = ["postgres"]


@pytest.fixture(params=["duckdb", "postgres"])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    """The configuration of a lake `lake` that doesn't exist yet."""
    settings = {"catalog_name": "lake", "catalog_backend": request.param, "data_path": str(tmp_path / "data")}
    if request.param == "duckdb":
        settings["duckdb_metadata_path"] = str(tmp_path / "lake.db")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        settings |= {"postgres_connection": server.new_database().keywords()}
    return Config(connection=Connection(**settings))  # type: ignore[arg-type]


@pytest.fixture
def rich(config: Config) -> Config:
    """A lake in which everything is that a branch has to copy, with a past of many snapshots."""
    with open_lake(config, write=True, create=True) as lake:
        lake.connection.execute("USE lake")
        for statement in STATEMENTS:
            lake.connection.execute(statement)
    return config
