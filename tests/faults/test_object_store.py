"""Object storage that dies: before a migration, and in the middle of one."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import duckdb
import pytest
from moto.server import ThreadedMotoServer

from support.faults import states, told
from support.lakes import literal, load
from support.project import Project, new_project
from support.running import ended, read_by, started

TABLE = "CREATE TABLE {} AS SELECT range::INTEGER AS i FROM range(500);"


@pytest.fixture
def store() -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """Host and port of an S3 API, how to stop it, and how to start it again with what it held."""
    servers = [ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)]
    servers[0].start()
    host, port = servers[0].get_host_and_port()

    def restart() -> None:
        servers.append(ThreadedMotoServer(ip_address=host, port=port, verbose=False))
        servers[-1].start()

    yield f"{host}:{port}", lambda: servers[-1].stop(), restart
    servers[-1].stop()


@pytest.fixture
def project(store: tuple[str, Callable[[], None], Callable[[], None]], tmp_path: Path) -> Project:
    """A lake with its data in the store and one migration applied."""
    keys = {"aws_access_key_id": "pond", "aws_secret_access_key": "pond", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=f"http://{store[0]}", **keys).create_bucket(Bucket="pond-that-dies")
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"SET secret_directory = {literal(str(secrets))}")
        load(connection, "httpfs")
        connection.execute(
            "CREATE PERSISTENT SECRET pond (TYPE s3, KEY_ID 'pond', SECRET 'pond', REGION 'us-east-1',"
            f" ENDPOINT {literal(store[0])}, URL_STYLE 'path', USE_SSL false)"
        )
    settings = {"data_path": "s3://pond-that-dies/lake/", "secret_directory": str(secrets)}
    folder = tmp_path / "project"
    made = new_project(folder, "duckdb", str(folder / "lake.db"), settings | {"duckdb_metadata_path": "lake.db"})
    made.migration("V1__ducks.sql", TABLE.format("ducks"))
    assert made.main("migrate").code == 0
    return made


def applied(project: Project) -> None:
    """Check that what is left is applied, and that each row is there."""
    assert project.main("migrate").code == 0
    count = "CASE WHEN count(*) = 1000 THEN 1 ELSE error('rows are lost') END"
    project.migration(
        "V3__swans.sql", f"CREATE TABLE swans AS SELECT {count} AS i FROM (FROM ducks UNION ALL FROM geese);"
    )
    assert project.main("migrate").code == 0
    assert states(project) == {"applied": 3}


def test_a_store_that_is_gone(project: Project, store: tuple[str, Callable[[], None], Callable[[], None]]) -> None:
    _, stop, restart = store
    project.migration("V2__geese.sql", TABLE.format("geese"))
    stop()
    assert "pond-that-dies" in told(project.main("migrate"))
    assert states(project) == {"applied": 1, "pending": 1}
    restart()
    applied(project)


def test_a_store_that_dies_within_a_migration(
    project: Project, store: tuple[str, Callable[[], None], Callable[[], None]], tmp_path: Path
) -> None:
    _, stop, restart = store
    os.mkfifo(tmp_path / "pipe")
    pipe = f"read_csv('{tmp_path}/pipe', columns = {{'i': 'INT'}}, auto_detect = false)"
    project.migration(
        "V2__geese.sql",
        f"{TABLE.format('geese')} CREATE TEMP TABLE waiting AS FROM {pipe}; INSERT INTO geese FROM ducks;",
    )
    with started(project, "migrate") as process:
        with read_by(process, tmp_path / "pipe") as writer:
            stop()
            writer.write(b"7\n")
        told(ended(process))
    assert states(project) == {"applied": 1, "pending": 1}
    restart()
    project.migration("V2__geese.sql", TABLE.format("geese"))
    applied(project)
