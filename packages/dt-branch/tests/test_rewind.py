"""A branch at an older snapshot, of a lake whose files were merged since."""

from contextlib import closing
from pathlib import Path

import pytest

from dt_branch.branch import create
from dt_config.config import Config
from dt_lake.lake import attach_lake, connect
from support.plain_branch import Branch, attached
from support.rich_lake import new_lake

Rows = list[tuple[object, ...]]


@pytest.fixture
def lake(tmp_path: Path) -> Config:
    return new_lake(tmp_path)


def run(config: Config, *statements: str) -> None:
    with closing(connect(config, write=True)) as connection:
        connection.execute("SET threads = 1")
        attach_lake(connection, config, write=True, create=True)
        connection.execute("USE lake")
        for statement in statements:
            connection.execute(statement)


FILES = tuple(f"INSERT INTO t SELECT range FROM range({start}, {start + 100})" for start in (0, 100, 200))
MERGE = "CALL ducklake_merge_adjacent_files('lake')"


def test_no_id_of_a_file_is_given_out_twice(lake: Config, tmp_path: Path) -> None:
    """The merged file is one of the first snapshot, and has a later id than that has given out."""
    run(lake, "CREATE TABLE t (a INTEGER)", *FILES, MERGE)
    made = create(lake, str(tmp_path / "try.db"), at=2)
    with attached(Branch(made.catalog, made.data_path)) as branch:
        for number in range(5):
            branch.execute(f"CREATE TABLE new_{number} AS SELECT range AS a FROM range(50)")
            branch.execute(f"DELETE FROM new_{number} WHERE a < 5")
        ids = "SELECT data_file_id FROM __ducklake_metadata_lake.ducklake_data_file UNION ALL "
        ids += "SELECT delete_file_id FROM __ducklake_metadata_lake.ducklake_delete_file ORDER BY ALL"
        found = [row[0] for row in branch.execute(ids).fetchall()]
        assert found == sorted(set(found))
        assert branch.execute("SELECT count(*), sum(a) FROM t").fetchone() == (100, 4950)


def test_a_column_that_came_later_is_not_that_of_the_branch(lake: Config, tmp_path: Path) -> None:
    """Both have the same id, and files that were merged since have values of the other one."""
    more = ("ALTER TABLE t ADD COLUMN b INTEGER", "INSERT INTO t SELECT range, 7 FROM range(300, 400)")
    run(lake, "CREATE TABLE t (a INTEGER)", *FILES, *more, MERGE, "DELETE FROM t WHERE a % 2 = 0")
    run(lake, "CALL ducklake_rewrite_data_files('lake', delete_threshold => 0)")
    made = create(lake, str(tmp_path / "try.db"), at=4)
    with attached(Branch(made.catalog, made.data_path)) as branch:
        branch.execute("ALTER TABLE t ADD COLUMN c INTEGER DEFAULT 1")
        assert branch.execute("SELECT count(*), sum(a), sum(c) FROM t").fetchone() == (300, 44850, 300)
