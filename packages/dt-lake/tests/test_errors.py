"""What the engine's errors mean: a disk's or a store's fault, or that of the SQL."""

import os
from errno import EDQUOT, ENOSPC, EROFS

import duckdb
import pytest

from dt_contract.errors import Stop
from dt_lake.errors import explained, translated


@pytest.mark.parametrize("number", [ENOSPC, EDQUOT, EROFS])
def test_a_disk_s_fault(number: int) -> None:
    error = duckdb.IOException(f'IO Error: Could not write file "/elsewhere/x": {os.strerror(number)}')
    assert str(explained(error, "lake.db")) == f'lake.db: Could not write file "/elsewhere/x": {os.strerror(number)}'


@pytest.mark.parametrize("number", [ENOSPC, EDQUOT])
def test_a_disk_that_is_full_at_commit(number: int) -> None:
    said = f'Could not write file "/data/lake.db.wal": {os.strerror(number)}'
    error = duckdb.TransactionException(
        f"TransactionContext Error: Failed to commit: Failed to commit DuckLake transaction.\nFailed to commit: {said}"
    )
    assert str(explained(error, "lake.db")) == f"lake.db: {said}"


@pytest.mark.parametrize(
    ("data_path", "text"),
    [
        ("/data/lake/", 'IO Error: Cannot open file "/data/lake/main/t/x.parquet": Permission denied'),
        ("/data/lake", 'IO Error: Failed to create directory "/data/lake/main": Permission denied'),
        (
            "s3://pond/lake/",
            "HTTP Error: Connection error for HTTP PUT to 'http://127.0.0.1:1/pond/lake/main/x.parquet'",
        ),
        ("s3://pond/lake/", "HTTP Error: HTTP HEAD error on 'https://pond.s3.amazonaws.com/lake/main/x.parquet'"),
        ("gs://pond/", "HTTP Error: Unable to connect to URL gs://pond/main/x.parquet"),
    ],
)
def test_a_store_s_fault(data_path: str, text: str) -> None:
    assert explained(duckdb.IOException(text), "lake.db", "INSERT INTO t VALUES (1)", lambda: data_path)


@pytest.mark.parametrize(
    ("error", "sql"),
    [
        pytest.param(
            duckdb.IOException('IO Error: No files found that match the pattern "missing.csv"'),
            "FROM 'missing.csv'",
            id="a file of the migration's own",
        ),
        pytest.param(
            duckdb.IOException(
                'IO Error: Unable to connect to Postgres at "host=h": connection failed: FATAL:  password'
            ),
            "ATTACH 'host=h' AS pg (TYPE postgres)",
            id="a server of the migration's own",
        ),
        pytest.param(duckdb.CatalogException("Catalog Error: Table missing"), "FROM missing", id="a name"),
        pytest.param(duckdb.ConversionException("Conversion Error: x"), "SELECT 'x'::INT", id="a value"),
    ],
)
def test_the_sql_s_own_fault(error: duckdb.Error, sql: str) -> None:
    assert explained(error, "lake.db", sql, lambda: "/data/lake/") is None


@pytest.mark.parametrize("kind", [duckdb.IOException, duckdb.HTTPException, duckdb.OutOfMemoryException])
def test_what_our_own_sql_asks_for_in_vain(kind: type[duckdb.Error]) -> None:
    with pytest.raises(Stop, match=r"^lake.db: no such thing$"), translated("lake.db"):
        raise kind("IO Error: no such thing\nand more")
