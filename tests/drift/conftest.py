from collections.abc import Iterator
from pathlib import Path
from random import Random, randrange

import pytest

from dt_config.config import Config, Connection
from dt_lake.lake import open_lake
from support.backends import BACKENDS, catalogs
from support.ddl import Walk
from support.postgres import Postgres
from support.project import Project, copy_of, project_at


@pytest.fixture(scope="session", params=BACKENDS)
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """What `migrated` is a copy of."""
    server = catalogs(request, request.param)
    project = project_at(tmp_path_factory.mktemp("migrated") / "project", server)
    project.migration("V1__users.sql", "CREATE TABLE users (id INTEGER, name VARCHAR);")
    project.migration("V2__orders.sql", "CREATE TABLE orders (id INTEGER, user_id INTEGER);")
    project.migration("R__names.sql", "CREATE OR REPLACE VIEW names AS SELECT name FROM users;")
    assert project.main("migrate", "--transaction", "each").code == 0
    return project


@pytest.fixture
def migrated(template: Project, tmp_path: Path, request: pytest.FixtureRequest) -> Project:
    """A project on either backend with three migrations applied, each in a lake snapshot of its own."""
    server = catalogs(request, template.backend)
    return copy_of(template, tmp_path / "project", server)


@pytest.fixture(
    params=[
        pytest.param(("duckdb", 11, 80), id="DuckDB file"),
        pytest.param(("postgres", 12, 30), id="PostgreSQL"),
        pytest.param(("duckdb", randrange(10**9), 150), id="new seed", marks=pytest.mark.slow),
    ]
)
def walk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Walk]:
    """A walk through random DDL on either backend."""
    backend, seed, number = request.param
    print(f"seed {seed}")
    connection = Connection(duckdb_metadata_path=str(tmp_path / "lake.db"))
    if backend == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        dsn = server.new_database().keywords()
        connection = Connection(catalog_backend="postgres", postgres_connection=dsn, data_path=str(tmp_path / "data"))
    with open_lake(Config(connection=connection), write=True, create=True) as lake:
        yield Walk(lake, Random(seed), number)
