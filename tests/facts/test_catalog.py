"""DuckLake's catalog as a temporal database: docs/ducklake-facts.md names each of these tests."""

from pathlib import Path

import duckdb
import pytest

from support.lakes import attached

Lake = duckdb.DuckDBPyConnection
META = "__ducklake_metadata_lake"


def run(lake: Lake, *statements: str) -> None:
    for statement in statements:
        lake.execute(statement)


def ids(lake: Lake) -> object:
    query = f"SELECT table_id, table_uuid FROM {META}.ducklake_table WHERE end_snapshot IS NULL"
    columns = f"SELECT column_id FROM {META}.ducklake_column WHERE end_snapshot IS NULL ORDER BY column_order"
    return lake.execute(query).fetchall(), lake.execute(columns).fetchall()


def test_ids_survive_renames(lake: Lake) -> None:
    run(lake, "CREATE TABLE t (i INTEGER)")
    before = ids(lake)
    run(lake, "ALTER TABLE t RENAME i TO j", "ALTER TABLE t ALTER j TYPE BIGINT", "ALTER TABLE t RENAME TO u")
    assert ids(lake) == before
    run(lake, "CREATE OR REPLACE TABLE u (j BIGINT)")
    assert ids(lake) != before


def test_each_row_knows_its_lake_snapshot(lake: Lake) -> None:
    run(lake, "CREATE TABLE t (i INTEGER)", "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)")
    query = "SELECT i, snapshot_id FROM t ORDER BY i"
    assert lake.execute(query).fetchall() == [(1, 2), (2, 3)]
    run(lake, "CALL ducklake_flush_inlined_data('lake')", "CALL ducklake_merge_adjacent_files('lake')")
    assert lake.execute(query).fetchall() == [(1, 2), (2, 3)]
    run(lake, "UPDATE t SET i = 5 WHERE i = 1")
    assert lake.execute("SELECT snapshot_id > 3 FROM t WHERE i = 5").fetchall() == [(True,)]
    run(lake, "BEGIN", "INSERT INTO t VALUES (9)")
    assert lake.execute("SELECT snapshot_id FROM t WHERE i = 9").fetchall() == [(None,)]


def test_expiry_keeps_the_newest_snapshot_and_forgets_what_was_dropped(lake: Lake) -> None:
    run(lake, "CREATE TABLE t (i INTEGER)", "CREATE TABLE gone (i INTEGER)", "ALTER TABLE t ADD COLUMN j INTEGER")
    run(lake, "DROP TABLE gone")
    query = "SELECT count(*) FROM ducklake_expire_snapshots('lake', older_than => now() + INTERVAL 1 DAY)"
    lake.execute(query).fetchall()
    assert lake.execute(f"SELECT count(*) FROM {META}.ducklake_snapshot").fetchall() == [(1,)]
    assert lake.execute(f"SELECT DISTINCT table_name FROM {META}.ducklake_table").fetchall() == [("t",)]


def test_a_rename_shows_as_a_creation(lake: Lake) -> None:
    run(lake, "CREATE TABLE t (i INTEGER)", "ALTER TABLE t RENAME TO u")
    made = f"SELECT changes_made FROM {META}.ducklake_snapshot_changes ORDER BY snapshot_id DESC LIMIT 1"
    row = lake.execute(made).fetchone()
    assert row is not None
    assert row[0].startswith("created_table:")


def test_options_are_not_unset(lake: Lake) -> None:
    with pytest.raises(duckdb.Error):
        lake.execute("CALL ducklake_set_option('lake', 'parquet_compression', NULL)")


def test_a_default_of_the_word_null_is_lost(lake: Lake) -> None:
    run(lake, "CREATE TABLE t (i INTEGER, s VARCHAR DEFAULT 'NULL')", "INSERT INTO t (i) VALUES (1)")
    assert lake.execute("SELECT s FROM t").fetchall() == [(None,)]


def test_a_past_row_is_found_by_its_rowid(lake: Lake) -> None:
    run(lake, "CREATE TABLE t (i INTEGER, s VARCHAR)", "INSERT INTO t SELECT range, 'x' || range FROM range(100)")
    run(lake, "UPDATE t SET i = -i", "ALTER TABLE t DROP COLUMN s", "ALTER TABLE t RENAME TO u")
    run(lake, "CALL ducklake_rewrite_data_files('lake', delete_threshold => 0)")
    found = "SELECT count(*) FROM u JOIN old ON u.rowid = old.r WHERE old.s = 'x' || -u.i"
    run(lake, "CREATE TEMP TABLE old AS SELECT rowid AS r, s FROM t AT (VERSION => 2)")
    assert lake.execute(found).fetchall() == [(100,)]


def test_one_process_attaches_a_file_once(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error, match="already attached"):
        lake.execute(f"ATTACH 'ducklake:{tmp_path}/lake.db' AS again (SNAPSHOT_VERSION 0)")


def test_an_attach_may_leave_an_empty_file(tmp_path: Path) -> None:
    with attached(str(tmp_path / "lake.db"), tmp_path / "data") as lake:
        for option, leaves in (("READ_ONLY", False), ("CREATE_IF_NOT_EXISTS false", True)):
            with pytest.raises(duckdb.Error):
                lake.execute(f"ATTACH 'ducklake:{tmp_path}/none.db' AS none ({option})")
            assert (tmp_path / "none.db").exists() is leaves


def test_the_nested_type_of_a_parameter_is_lost(lake: Lake) -> None:
    run(lake, "CREATE MACRO m (a INTEGER[], b STRUCT(x INTEGER)) AS 1")
    query = "SELECT parameter_type FROM __ducklake_metadata_lake.ducklake_macro_parameters ORDER BY column_id"
    assert lake.execute(query).fetchall() == [("list",), ("struct",)]
