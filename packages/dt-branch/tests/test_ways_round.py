"""Ways round the guard of a branch: another data path, files under other names, branches of branches."""

from pathlib import Path

import pytest

from dt_config.config import Config
from support.lakes import literal
from support.plain_branch import Branch, attached, branch_in_catalog, branch_in_file, run, state
from support.postgres import Postgres

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
def server(request: pytest.FixtureRequest, rich: Config) -> Postgres | None:
    return request.getfixturevalue("postgres") if rich.connection.catalog_backend == "postgres" else None


def branch_of(lake: Config, server: Postgres | None, folder: Path, data_path: str = "") -> Branch:
    if server is None:
        return branch_in_file(lake, folder / "try.db", data_path=data_path)
    return branch_in_catalog(lake, f"try_{folder.name}", data_path=data_path or str(folder / "new"))


@pytest.mark.parametrize("where", ["data/", ""])
def test_attached_with_another_data_path(own: Config, server: Postgres | None, tmp_path: Path, where: str) -> None:
    """DuckLake then stores the names of files relative to that path."""
    branch = branch_of(own, server, tmp_path)
    before = state(own, server)
    with attached(branch, f"DATA_PATH {literal(f'{tmp_path}/{where}')}", "OVERRIDE_DATA_PATH true") as connection:
        run(connection, *ALL_GOES)
    after = state(own, server)
    assert {key: after.get(key) for key in before} == before


def test_files_of_the_source_that_are_added_again(rich: Config, server: Postgres | None, tmp_path: Path) -> None:
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
