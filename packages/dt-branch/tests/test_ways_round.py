"""Ways round the guard of a branch: another data path, files under other names, branches of branches."""

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from dt_config.config import Config
from support.backends import Catalogs, catalogs
from support.lakes import literal
from support.plain_branch import Branch, attached, branch_in_file, branch_of, run, state
from support.rich_lake import new_lake

TABLES = ("types", "small", "bigger", "parts", "merged", "flushed", "gone")
ALL_GOES = (
    "SELECT count(*) FROM ducklake_merge_adjacent_files('lake')",
    "SELECT count(*) FROM ducklake_rewrite_data_files('lake', delete_threshold => 0)",
    *(f"DROP TABLE {table}" for table in TABLES),
    "SELECT count(*) FROM ducklake_expire_snapshots('lake', older_than => now() + INTERVAL 1 DAY)",
    "SELECT count(*) FROM ducklake_cleanup_old_files('lake', cleanup_all => true)",
)
ORPHANS = "SELECT count(*) FROM ducklake_delete_orphaned_files('lake', cleanup_all => true)"


@pytest.fixture
def server(request: pytest.FixtureRequest, rich: Config) -> Catalogs:
    return catalogs(request, rich.connection.catalog_backend)


@pytest.mark.parametrize("where", ["data/", ""])
def test_attached_with_another_data_path(own: Config, server: Catalogs, tmp_path: Path, where: str) -> None:
    """DuckLake then stores the names of files relative to that path."""
    branch = branch_of(own, server, tmp_path)
    before = state(own, server)
    with attached(branch, f"DATA_PATH {literal(f'{tmp_path}/{where}')}", "OVERRIDE_DATA_PATH true") as connection:
        run(connection, *ALL_GOES)
    after = state(own, server)
    assert {key: after.get(key) for key in before} == before


def test_files_of_the_source_that_are_added_again(rich: Config, server: Catalogs, tmp_path: Path) -> None:
    branch = branch_of(rich, server, tmp_path)
    before = state(rich, server)
    files = [f for f in before if "/merged/" in f and f.endswith(".parquet") and "delete" not in f]
    with attached(branch) as connection:
        connection.execute("CREATE TABLE again (a INTEGER)")
        for file in files:
            add = f"CALL ducklake_add_data_files('lake', 'again', {literal(file)}, ignore_extra_columns => true)"
            connection.execute(add)
        run(connection, "DELETE FROM again WHERE a < 10", *ALL_GOES, "DROP TABLE again", *ALL_GOES, ORPHANS)
    assert state(rich, server) == before


def test_a_table_of_the_source_that_is_elsewhere(own: Config, server: Catalogs, tmp_path: Path) -> None:
    """As one is that was made while the lake was attached with another data path."""
    elsewhere = tmp_path / "data" / "elsewhere"
    (tmp_path / "data" / "main" / "merged").rename(elsewhere)
    moved = f"UPDATE ducklake_table SET path = '{elsewhere}/', path_is_relative = false WHERE table_name = 'merged'"
    if server is None:
        with duckdb.connect(own.connection.duckdb_metadata_path) as catalog:
            catalog.execute(moved)
    elif server == "sqlite":
        with closing(sqlite3.connect(own.connection.sqlite_path)) as file, file:
            file.execute(moved)
    else:
        server.execute(moved, own.connection.postgres_connection.split("dbname=")[1].split()[0])
    branch = branch_of(own, server, tmp_path)
    before = state(own, server)
    with attached(branch) as connection:
        connection.execute("INSERT INTO merged SELECT range FROM range(1000, 2000)")
        connection.execute("DELETE FROM merged WHERE a = 7")
        assert connection.execute("SELECT count(*) FROM merged").fetchone() == (1298,)
        run(connection, *ALL_GOES, ORPHANS)
    assert state(own, server) == before


def test_a_lake_whose_data_path_is_a_pattern(tmp_path: Path) -> None:
    """Another lake's files match it."""
    (tmp_path / "a[bc]*").mkdir()
    (tmp_path / "ab").mkdir()
    other = tmp_path / "ab" / "other.parquet"
    other.touch()
    lake = new_lake(tmp_path / "a[bc]*")
    with attached(Branch(lake.connection.duckdb_metadata_path, ""), f"DATA_PATH '{lake.connection.data_path}'") as own:
        run(own, "CREATE TABLE t (a INTEGER)", *("INSERT INTO t SELECT range FROM range(100)" for _ in range(3)))
        run(own, "CALL ducklake_merge_adjacent_files('lake')")
    before = state(lake, None)
    branch = branch_in_file(lake, tmp_path / "try.db", at=2)
    with attached(branch) as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (100,)
        run(connection, "DELETE FROM t WHERE a = 7", "DROP TABLE t", *ALL_GOES[-2:], ORPHANS)
    assert state(lake, None) == before
    assert other.exists()
