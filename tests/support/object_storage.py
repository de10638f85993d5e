"""A real S3 API on 127.0.0.1, with a bucket that a secret opens."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pytest
from moto.server import ThreadedMotoServer

from support.lakes import literal, load

KEY_ID, SECRET = "pond-key", "Not/A+Real=Secret"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Host and port of an S3 API."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, tmp_path: Path) -> Iterator[str]:
    """An empty bucket, with its secret in `secrets/` of the project's folder."""
    client = s3(endpoint)
    client.create_bucket(Bucket="pond")
    store_secret(tmp_path / "secrets", endpoint)
    yield "pond"
    for key in keys(endpoint):
        client.delete_object(Bucket="pond", Key=key)
    client.delete_bucket(Bucket="pond")


def store_secret(folder: Path, endpoint: str) -> None:
    folder.mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"SET secret_directory = {literal(str(folder))}")
        load(connection, "httpfs")
        connection.execute(
            f"CREATE PERSISTENT SECRET pond (TYPE s3, KEY_ID {literal(KEY_ID)}, SECRET {literal(SECRET)},"
            f" REGION 'us-east-1', ENDPOINT {literal(endpoint)}, URL_STYLE 'path', USE_SSL false)"
        )


def s3(endpoint: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=f"http://{endpoint}",
        region_name="us-east-1",
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SECRET,
    )


def keys(endpoint: str) -> list[str]:
    return [item["Key"] for item in s3(endpoint).list_objects_v2(Bucket="pond").get("Contents", [])]
