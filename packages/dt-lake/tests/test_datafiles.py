"""Which files a lake has, and which of them are gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dt_config.config import Config, Connection
from dt_contract.errors import LakeError
from dt_lake.datafiles import live_files, missing
from dt_lake.lake import Lake, open_lake

ROWS = "SELECT i, i % 3 AS k FROM range(3000) r(i)"


@pytest.fixture(params=["data", "da[t]a *?", "d 'a' %20"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lake]:
    connection = Connection(
        catalog_name="pond",
        duckdb_metadata_path=str(tmp_path / "pond.db"),
        data_path=str(tmp_path / str(request.param)),
    )
    with open_lake(Config(connection=connection), write=True, create=True) as lake:
        yield lake


@pytest.mark.parametrize(
    ("sql", "files"),
    [
        pytest.param(f"CREATE TABLE t AS {ROWS}", ["main.t"], id="a table"),
        pytest.param("CREATE TABLE t AS SELECT 1 AS i", [], id="rows in the catalog"),
        pytest.param(f'CREATE SCHEMA "a [b]"; CREATE TABLE "a [b]"."t*?" AS {ROWS}', ["a [b].t*?"], id="names"),
        pytest.param(f"CREATE TABLE t AS {ROWS}; ALTER TABLE t RENAME TO u", ["main.u"], id="another name now"),
        pytest.param(f"CREATE TABLE t AS {ROWS}; DELETE FROM t WHERE i > 999", ["main.t"] * 2, id="deleted rows"),
        pytest.param(f"CREATE TABLE t AS {ROWS}; DELETE FROM t", [], id="no rows"),
        pytest.param(f"CREATE TABLE t AS {ROWS}; DROP TABLE t", [], id="no table"),
        pytest.param(
            f"CREATE TABLE t (i BIGINT, k BIGINT); ALTER TABLE t SET PARTITIONED BY (k); INSERT INTO t {ROWS}",
            ["main.t"] * 3,
            id="partitions",
        ),
        pytest.param(
            f"CREATE TABLE t (i BIGINT, k VARCHAR); ALTER TABLE t SET PARTITIONED BY (k); "
            f"INSERT INTO t SELECT i, 'a/b [*] %d é' || k FROM ({ROWS})",
            ["main.t"] * 3,
            id="partitions with signs",
        ),
    ],
)
def test_live_files_are_found_and_missed(lake: Lake, sql: str, files: list[str]) -> None:
    lake.connection.execute("USE pond.main")
    for statement in sql.split("; "):
        lake.connection.execute(statement)
    found = live_files(lake)
    assert [file.table for file in found] == files
    assert missing(lake, found) == []
    for file in found:
        Path(file.path).unlink()
        assert file in missing(lake, found)
    assert missing(lake, found) == found


def test_only_some_lake_snapshots(lake: Lake) -> None:
    for table in "abc":
        lake.connection.execute(f"CREATE TABLE pond.main.{table} AS {ROWS}")
    first, second, third = live_files(lake)
    assert live_files(lake, [second.snapshot]) == [second]
    assert live_files(lake, {first.snapshot, third.snapshot}) == [first, third]
    assert live_files(lake, []) == []


def test_a_folder_that_is_gone(lake: Lake) -> None:
    lake.connection.execute(f"CREATE TABLE pond.main.t AS {ROWS}")
    (file,) = live_files(lake)
    Path(file.path).unlink()
    Path(file.path).parent.rmdir()
    assert missing(lake, [file]) == [file]


def test_what_can_not_be_listed_is_not_taken_for_gone(lake: Lake) -> None:
    lake.connection.execute(f"CREATE TABLE pond.main.t AS {ROWS}")
    (file,) = live_files(lake)
    too_long = file._replace(path=f"/{'x' * 300}/file")
    with pytest.raises(LakeError, match="the lake's data can't be listed"):
        missing(lake, [too_long])
