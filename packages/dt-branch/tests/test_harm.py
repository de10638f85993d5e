"""Nothing that is done on a branch harms its source, by whatever client; and no work on the source changes a branch."""

import itertools
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dt_branch.branch import on_branch
from dt_config.config import Config
from support.backends import Catalogs, catalogs
from support.plain_branch import Branch, attached, branch_in_file, branch_of, run, state

TABLES = ("types", "small", "bigger", "parts", "merged", "flushed", "gone", '"odd ""schema"."t.a b"')
GUARD = "CHECK constraint failed on table ducklake_files_scheduled_for_deletion"
MAINTENANCE = (
    "SELECT count(*) FROM ducklake_flush_inlined_data('lake')",
    "SELECT count(*) FROM ducklake_merge_adjacent_files('lake')",
    "SELECT count(*) FROM ducklake_rewrite_data_files('lake', delete_threshold => 0)",
    "SELECT count(*) FROM ducklake_expire_snapshots('lake', older_than => now() + INTERVAL 1 DAY)",
    "SELECT count(*) FROM ducklake_cleanup_old_files('lake', cleanup_all => true)",
    "SELECT count(*) FROM ducklake_delete_orphaned_files('lake', cleanup_all => true)",
)
ROWS = (
    "CALL lake.set_option('expire_older_than', '0 seconds')",
    "CALL lake.set_option('delete_older_than', '0 seconds')",
    "CALL lake.set_option('rewrite_delete_threshold', '0')",
    "CALL lake.set_option('target_file_size', '1KB')",
    "UPDATE types SET i = 5",
    "UPDATE flushed SET s = 'u'",
    "UPDATE merged SET a = -a WHERE a > 100",
    "DELETE FROM parts WHERE n % 2 = 0",
    "INSERT INTO merged SELECT range FROM range(500)",
    "DELETE FROM merged",
    "TRUNCATE types",
    "DELETE FROM small",
)
OBJECTS = (
    "ALTER TABLE bigger ADD COLUMN more INTEGER DEFAULT 3",
    "ALTER TABLE parts RENAME TO pieces",
    "ALTER TABLE flushed DROP COLUMN s",
    "ALTER TABLE merged RENAME COLUMN a TO b",
    "CREATE OR REPLACE TABLE merged AS SELECT range AS z FROM range(100)",
    "CREATE OR REPLACE TABLE small (z INTEGER)",
    "DROP TABLE types",
    "DROP TABLE bigger",
    "DROP TABLE gone",
    'DROP SCHEMA "odd ""schema" CASCADE',
)
WORK = {
    "rows": (*ROWS, *MAINTENANCE, "CHECKPOINT lake"),
    "objects": (*OBJECTS, *MAINTENANCE, "CHECKPOINT lake"),
    "in transactions": (
        *("BEGIN", "DROP TABLE bigger", "DELETE FROM merged", *MAINTENANCE, "ROLLBACK"),
        *("BEGIN", "DROP TABLE types", "UPDATE parts SET n = 1", "COMMIT"),
        *(line for call in MAINTENANCE for line in ("BEGIN", call, "COMMIT")),
    ),
}


@pytest.fixture
def server(request: pytest.FixtureRequest, rich: Config) -> Catalogs:
    return catalogs(request, rich.connection.catalog_backend)


@pytest.fixture
def branch(rich: Config, server: Catalogs, tmp_path: Path) -> Branch:
    """One in a file of a lake in one, or in the catalog of a lake in PostgreSQL."""
    return branch_of(rich, server, tmp_path)


@pytest.mark.parametrize("work", WORK)
def test_work_and_all_maintenance(rich: Config, server: Catalogs, branch: Branch, work: str) -> None:
    before = state(rich, server)
    with attached(branch) as connection:
        said = run(connection, *WORK[work])
    assert state(rich, server) == before
    # In a DuckDB file it fails what would delete files of the source; PostgreSQL and SQLite leave those out.
    others = [text for text in said if GUARD not in text and "no transaction is active" not in text]
    assert others == []
    assert bool(said) == (server is None)


def test_files_of_the_branch_itself_are_cleaned_up(rich: Config, branch: Branch) -> None:
    with attached(branch) as connection:
        connection.execute("CREATE TABLE mine (a INTEGER)")
        for _ in range(3):
            connection.execute("INSERT INTO mine SELECT range FROM range(100)")
        files = set(Path(branch.data_path).rglob("*.parquet"))
        assert run(connection, "CALL ducklake_merge_adjacent_files('lake', 'mine')") == []
        cleaned = connection.execute(MAINTENANCE[4].replace("count(*)", "path")).fetchall()
    assert {Path(path) for (path,) in cleaned} == files
    assert len(set(Path(branch.data_path).rglob("*.parquet")) - files) == 1


def test_a_branch_of_a_branch(rich: Config, server: Catalogs, tmp_path: Path) -> None:
    """Its files are those of two others."""
    first = branch_in_file(rich, tmp_path / "first.db")
    with attached(first) as connection:
        assert run(connection, *ROWS[4:], "CREATE TABLE mine AS SELECT range AS a FROM range(100)") == []
    middle = on_branch(rich, str(tmp_path / "first.db"))
    middle = replace(middle, connection=replace(middle.connection, data_path=first.data_path))
    before = state(rich, server), state(middle, None)
    second = branch_in_file(on_branch(rich, str(tmp_path / "first.db")), tmp_path / "second.db")
    with attached(second) as connection:
        run(connection, "DELETE FROM mine WHERE a < 5", *OBJECTS, "DROP TABLE mine", *MAINTENANCE)
    assert (state(rich, server), state(middle, None)) == before


def test_work_on_the_source_does_not_change_a_branch(own: Config, server: Catalogs, tmp_path: Path) -> None:
    branch, settings = branch_of(own, server, tmp_path), own.connection
    place = settings.file if settings.is_file else settings.postgres_connection
    source = Branch(f"{settings.catalog_backend}:{place}", settings.data_path)
    with attached(branch) as connection:
        connection.execute("INSERT INTO merged SELECT range FROM range(1000, 1100)")
        before = contents(connection)
    with attached(source) as connection:
        assert run(connection, *ROWS[4:], *MAINTENANCE[:3], *OBJECTS, MAINTENANCE[1]) == []
    with attached(branch) as connection:
        assert contents(connection) == before


def contents(connection: duckdb.DuckDBPyConnection) -> list[list[tuple[object, ...]]]:
    """The rows of all tables, now and at the snapshot before."""
    ((now,),) = connection.execute("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')").fetchall()
    query = "SELECT rowid, t::VARCHAR FROM {} AS t AT (VERSION => {}) ORDER BY ALL"
    return [connection.execute(query.format(table, at)).fetchall() for table in TABLES for at in (now, now - 1)]


EVERYTHING = (*ROWS, *OBJECTS, *MAINTENANCE, "CHECKPOINT lake", "BEGIN", "BEGIN", "COMMIT", "ROLLBACK")


@pytest.mark.parametrize("rounds", [1, pytest.param(40, marks=pytest.mark.slow)])
def test_random_work(rich: Config, server: Catalogs, tmp_path: Path, rounds: int) -> None:
    before = state(rich, server)
    numbers = itertools.count()

    @settings(max_examples=rounds, database=None)
    @given(st.lists(st.sampled_from(EVERYTHING), min_size=10, max_size=40), st.integers(10, 50))
    def work(statements: list[str], at: int) -> None:
        branch = branch_in_file(rich, tmp_path / f"{next(numbers)}.db", at=at)
        with attached(branch) as connection:
            run(connection, *statements, *MAINTENANCE)
        assert state(rich, server) == before

    work()
