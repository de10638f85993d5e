"""Options, inlined rows and statistics of DuckLake: docs/ducklake-facts.md names each of these tests."""

from pathlib import Path

import duckdb
import pytest

from support.lakes import attached, literal, load

Lake = duckdb.DuckDBPyConnection
META = "__ducklake_metadata_lake"
STATISTICS = f"""
SELECT record_count, min_value, max_value
FROM {META}.ducklake_table_stats JOIN {META}.ducklake_table_column_stats USING (table_id)
"""
IN_FILES = f"SELECT count(*) FROM {META}.ducklake_data_file"
NO_INLINING = "CALL ducklake_set_option('lake', 'data_inlining_row_limit', 0)"


def run(lake: Lake, *statements: str) -> None:
    for statement in statements:
        lake.execute(statement)


def test_an_option_outlives_a_rollback(lake: Lake) -> None:
    run(lake, "CREATE TABLE t (i INTEGER)", "BEGIN", NO_INLINING, "ROLLBACK")
    stored = f"SELECT count(*) FROM {META}.ducklake_metadata WHERE key = 'data_inlining_row_limit'"
    assert lake.execute(stored).fetchall() == [(0,)]
    run(lake, "INSERT INTO t VALUES (1)")
    assert lake.execute(IN_FILES).fetchall() == [(1,)]


@pytest.mark.parametrize(("option", "expected"), [(True, 0), (False, 1)])
def test_an_option_beats_an_attach(tmp_path: Path, option: bool, expected: int) -> None:
    file = tmp_path / "lake.db"
    with attached(str(file), tmp_path / "data") as lake:
        if option:
            lake.execute("CALL ducklake_set_option('lake', 'data_inlining_row_limit', 10)")
    with duckdb.connect() as connection:
        load(connection, "ducklake")
        connection.execute(f"ATTACH {literal(f'ducklake:{file}')} AS lake (DATA_INLINING_ROW_LIMIT 0)")
        run(connection, "CREATE TABLE lake.t (i INTEGER)", "INSERT INTO lake.t VALUES (1)")
        assert connection.execute(IN_FILES).fetchall() == [(expected,)]


def test_statistics_do_not_shrink(lake: Lake) -> None:
    run(lake, NO_INLINING, "CREATE TABLE t (i INTEGER)", "INSERT INTO t VALUES (1), (5)", "INSERT INTO t VALUES (9)")
    assert lake.execute(STATISTICS).fetchall() == [(3, "1", "9")]
    run(lake, "DELETE FROM t WHERE i > 1")
    assert lake.execute(STATISTICS).fetchall() == [(3, "1", "9")]
    assert lake.execute("SELECT count(*), max(i) FROM t").fetchall() == [(1, 1)]
    run(lake, "CALL ducklake_rewrite_data_files('lake', delete_threshold => 0)")
    assert lake.execute(STATISTICS).fetchall() == [(1, "1", "1")]


def test_files_of_each_thread_lack_statistics(lake: Lake) -> None:
    run(lake, "CALL ducklake_set_option('lake', 'per_thread_output', 'true')", "CREATE TABLE t (i INTEGER)")
    for value in (900_000, 3, 70):
        lake.execute(f"INSERT INTO t VALUES ({value})")
    assert lake.execute(STATISTICS).fetchall() == [(3, "3", "70")]
    assert lake.execute("SELECT i FROM t WHERE i > 100").fetchall() == []
    sorted_ = "SELECT i FROM t ORDER BY i"
    assert lake.execute(sorted_).fetchall() != [(3,), (70,), (900_000,)]
    run(lake, "SET disabled_optimizers = 'statistics_propagation,compressed_materialization'")
    try:
        assert lake.execute(sorted_).fetchall() == [(3,), (70,), (900_000,)]
    finally:
        lake.execute("RESET disabled_optimizers")


def test_a_date_in_a_struct_is_not_read_back_from_postgres(postgres_source: str, tmp_path: Path) -> None:
    """The error ends the DuckDB instance, so it has one of its own."""
    with duckdb.connect() as connection:
        load(connection, "ducklake", "postgres_scanner")
        path = literal(f"{tmp_path}/data/")
        connection.execute(f"ATTACH {literal('ducklake:' + postgres_source)} AS lake (DATA_PATH {path})")
        run(connection, "CREATE TABLE lake.t (s STRUCT(d DATE))", "INSERT INTO lake.t VALUES ({'d': '2026-01-02'})")
        stored = f"SELECT s FROM {META}.ducklake_inlined_data_1_1"
        ((text,),) = connection.execute(stored).fetchall()
        assert "CAST('2026-01-02' AS " in str(text)
        with pytest.raises(duckdb.Error):
            connection.execute("FROM lake.t").fetchall()


def test_small_rows_of_a_retyped_sort_key_are_not_flushed(tmp_path: Path) -> None:
    """With another column of the old type it works. Some such errors end the DuckDB instance, so it has its own."""
    with duckdb.connect() as connection:
        load(connection, "ducklake")
        connection.execute(f"ATTACH {literal(f'ducklake:{tmp_path}/lake.db')} AS lake; USE lake")
        run(connection, "CREATE TABLE t (i INTEGER)", "ALTER TABLE t SET SORTED BY (i)", "INSERT INTO t VALUES (2)")
        run(connection, "ALTER TABLE t ALTER i TYPE BIGINT")
        with pytest.raises(duckdb.InternalException, match="inequal types"):
            connection.execute("CALL ducklake_flush_inlined_data('lake')")
        assert connection.execute("FROM t").fetchall() == [(2,)]
