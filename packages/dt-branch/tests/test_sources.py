"""Lakes that are reached in all the ways that a configuration has."""

import os
import stat
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from dt_branch.branch import create, on_branch
from dt_config.config import Config, Connection
from dt_lake.lake import attach_lake, connect, open_lake
from support.backends import BACKENDS, Catalogs, catalogs
from support.lakes import literal
from support.postgres import PASSWORD, Postgres
from support.rich_lake import new_lake


@pytest.fixture(params=BACKENDS)
def server(request: pytest.FixtureRequest) -> Catalogs:
    return catalogs(request, request.param)


def fill(config: Config, *before: str) -> Config:
    """Make a lake with a table of rows in a file and one of rows in the catalog."""
    with closing(connect(config, write=True)) as connection:
        lake = attach_lake(connection, config, write=True, create=True)
        for statement in before:
            connection.execute(statement.format(metadata=lake.metadata("ducklake_metadata")))
    with open_lake(config, write=True) as lake:
        lake.connection.execute(f"CREATE TABLE {lake.catalog}.t AS SELECT range AS a FROM range(100)")
        lake.connection.execute(f"CREATE TABLE {lake.catalog}.few AS SELECT 'é' AS s")
    return config


def equals_its_source(config: Config, target: Path) -> None:
    made = create(config, str(target))
    assert (made.counts.tables, made.counts.data_files) == (2, 1)
    with open_lake(on_branch(config, made.catalog), write=True) as branch:
        run = branch.connection.execute
        assert run(f"SELECT count(*), sum(a) FROM {branch.catalog}.t").fetchone() == (100, 4950)
        assert run(f"FROM {branch.catalog}.few").fetchall() == [("é",)]
        run(f"INSERT INTO {branch.catalog}.t SELECT range FROM range(100)")
        assert run(f"SELECT count(*) FROM {branch.catalog}.t").fetchone() == (200,)


def test_an_encrypted_lake(server: Catalogs, tmp_path: Path) -> None:
    """Only its user may read a branch of it, which has its keys."""
    config = fill(new_lake(tmp_path, server), "UPDATE {metadata} SET value = 'true' WHERE key = 'encrypted'")
    old = os.umask(0o022)
    try:
        made = create(config, str(tmp_path / "made.db"))
    finally:
        os.umask(old)
    assert made.is_encrypted
    assert stat.S_IMODE((tmp_path / "made.db").stat().st_mode) == 0o600
    equals_its_source(config, tmp_path / "try.db")


@pytest.mark.parametrize("backend", [backend for backend in BACKENDS if backend != "sqlite"])
def test_a_metadata_schema(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    server = catalogs(request, backend)
    config = new_lake(tmp_path, server)
    equals_its_source(
        fill(replace(config, connection=replace(config.connection, metadata_schema='odd "schema'))), tmp_path / "try.db"
    )


def test_a_relative_data_path(server: Catalogs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is taken from the catalog's own folder, or from what the configuration says."""
    config = fill(new_lake(tmp_path, server), "UPDATE {metadata} SET value = 'data/' WHERE key = 'data_path'")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    equals_its_source(config, elsewhere / "try.db")


def test_a_secret_of_a_lake(server: Catalogs, tmp_path: Path) -> None:
    config = new_lake(tmp_path, server)
    secrets = {"secret_name": "pond", "secret_directory": str(tmp_path / "secrets")}
    where = f"METADATA_PATH {literal(f'{config.connection.catalog_backend}:{config.connection.file}')}"
    if server and server != "sqlite":
        where = "METADATA_PATH '', METADATA_PARAMETERS MAP {'TYPE': 'postgres', 'SECRET': 'dam'}"
        _store(tmp_path, _password(config))
    _store(tmp_path, f"pond (TYPE ducklake, {where}, DATA_PATH {literal(config.connection.data_path)})")
    equals_its_source(fill(Config(connection=Connection(**secrets))), tmp_path / "try.db")  # type: ignore[arg-type]


def test_a_secret_of_a_server(postgres: Postgres, tmp_path: Path) -> None:
    config = new_lake(tmp_path, postgres)
    _store(tmp_path, _password(config))
    named = replace(
        config.connection, postgres_connection="", secret_name="dam", secret_directory=str(tmp_path / "secrets")
    )
    equals_its_source(fill(replace(config, connection=named)), tmp_path / "try.db")


def _password(config: Config) -> str:
    dsn = dict(part.split("=") for part in config.connection.postgres_connection.split())
    host, database = literal(dsn["host"]), literal(dsn["dbname"])
    return f"dam (TYPE postgres, HOST {host}, DATABASE {database}, USER 'guarded', PASSWORD {literal(PASSWORD)})"


def _store(folder: Path, secret: str) -> None:
    config = Config(connection=Connection(catalog_backend="postgres", secret_directory=str(folder / "secrets")))
    with closing(connect(config)) as connection:
        connection.execute(f"CREATE PERSISTENT SECRET {secret}")
