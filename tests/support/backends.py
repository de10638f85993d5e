"""The databases that a lake's catalog can be in: the one list of them for all tests."""

from typing import Literal

import pytest

from support.postgres import Postgres

BACKENDS = ("duckdb", "postgres", "sqlite")
Catalogs = Postgres | Literal["sqlite"] | None
"""A server that has the catalogs; or they are in files, of SQLite or DuckDB."""


def catalogs(request: pytest.FixtureRequest, backend: str) -> Catalogs:
    """Return where new catalogs of a backend are made."""
    match backend:
        case "duckdb":
            return None
        case "postgres":
            server: Postgres = request.getfixturevalue("postgres")
            return server
        case "sqlite":
            return "sqlite"
        case _:
            raise ValueError(backend)
