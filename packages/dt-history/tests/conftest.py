"""A real lake, in a DuckDB file."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dt_config.config import Config, Connection, Migrations
from dt_history.table import make_table
from dt_lake.lake import Lake, open_lake


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment without settings, and the current folder a new one."""
    for name in os.environ:
        if name.startswith(("DUCKTRACKER_", "PG")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A lake called pond, which does not exist yet, with its migrations in the schema `s 1`."""
    connection = Connection(catalog_name="pond", duckdb_metadata_path=str(tmp_path / "pond.db"))
    return Config(connection=connection, migrations=Migrations(target_schema="s 1", schema_history_table='his"tory'))


@pytest.fixture
def lake(config: Config) -> Iterator[Lake]:
    """The lake, made and attached for writing."""
    with open_lake(config, write=True, create=True) as lake:
        yield lake


@pytest.fixture
def older(lake: Lake) -> Lake:
    """The lake with a history table as 0.1.0 made it, but for the order of the columns."""
    make_table(lake)
    lake.connection.execute(f"ALTER TABLE {lake.history_table} DROP COLUMN version")
    lake.connection.execute(f"ALTER TABLE {lake.history_table} ADD COLUMN version INTEGER")
    return lake
