"""Lakes for the facts: plain DuckDB and DuckLake, without ducktracker."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from support.lakes import attached
from support.postgres import Postgres, postgres

__all__ = ["postgres"]


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A new lake in a DuckDB file, attached as `lake` and in use."""
    with attached(str(tmp_path / "lake.db"), tmp_path / "data") as connection:
        yield connection


@pytest.fixture
def postgres_source(postgres: Postgres) -> str:
    """What follows `ducklake:` for a lake in an empty database of the server."""
    return f"postgres:{postgres.new_database().keywords()}"
