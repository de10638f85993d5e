"""What a transaction of DuckLake is, holds and loses: docs/ducklake-facts.md names each of these tests."""

from pathlib import Path

import duckdb
import pytest

from support.lakes import literal, load

Lake = duckdb.DuckDBPyConnection
META = "__ducklake_metadata_lake"


def run(lake: Lake, *statements: str) -> None:
    for statement in statements:
        lake.execute(statement)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_rollback_leaves_nothing(lake: Lake, tmp_path: Path) -> None:
    run(lake, "CREATE TABLE t (i INTEGER)", "BEGIN", "CREATE TABLE u (i INTEGER)", "ALTER TABLE t ADD COLUMN j INTEGER")
    run(lake, "INSERT INTO t SELECT range, 1 FROM range(1000)")
    seen = "SELECT count(*) FROM duckdb_columns() WHERE database_name = 'lake'"
    stored = f"SELECT count(*) FROM {META}.ducklake_column"
    assert lake.execute(seen).fetchall() == [(3,)]
    assert lake.execute(stored).fetchall() == [(1,)]
    assert len(files(tmp_path / "data")) == 1
    run(lake, "ROLLBACK")
    assert lake.execute(seen).fetchall() == [(1,)]
    assert lake.execute(f"SELECT max(snapshot_id) FROM {META}.ducklake_snapshot").fetchall() == [(1,)]
    assert files(tmp_path / "data") == []


def test_use_is_not_rolled_back(lake: Lake) -> None:
    run(lake, "CREATE SCHEMA s", "BEGIN", "USE lake.s", "ROLLBACK")
    assert lake.execute("SELECT current_schema()").fetchall() == [("s",)]


def test_only_one_database_is_written_in_a_transaction(lake: Lake) -> None:
    run(lake, "CREATE TABLE t (i INTEGER)", "ATTACH ':memory:' AS other", "BEGIN", "INSERT INTO t VALUES (1)")
    with pytest.raises(duckdb.TransactionException, match="single attached database"):
        lake.execute("CREATE TABLE other.t (i INTEGER)")
    run(lake, "ROLLBACK", "DETACH other")


def test_maintenance_is_not_rolled_back(lake: Lake, tmp_path: Path) -> None:
    run(lake, "CREATE TABLE t AS SELECT range AS i FROM range(1000)", "DROP TABLE t")
    lake.execute(
        "SELECT count(*) FROM ducklake_expire_snapshots('lake', older_than => now() + INTERVAL 1 DAY)"
    ).fetchall()
    assert len(files(tmp_path / "data")) == 1
    run(lake, "BEGIN", "CALL ducklake_cleanup_old_files('lake', cleanup_all => true)", "ROLLBACK")
    assert files(tmp_path / "data") == []


def test_the_past_is_read_with_uncommitted_rows(lake: Lake) -> None:
    run(lake, "CREATE TABLE t (i INTEGER)", "INSERT INTO t VALUES (1)", "BEGIN", "INSERT INTO t VALUES (2)")
    assert lake.execute("SELECT count(*) FROM t AT (VERSION => 2)").fetchall() == [(2,)]


def test_a_new_struct_type_drops_the_fields_that_it_leaves_out(lake: Lake) -> None:
    run(lake, "CREATE TABLE t (s STRUCT(a INTEGER, b INTEGER))", "INSERT INTO t VALUES ({'a': 1, 'b': 2})")
    run(lake, "ALTER TABLE t ALTER s TYPE STRUCT(a BIGINT)")
    assert lake.execute("FROM t").fetchall() == [({"a": 1},)]


def test_set_not_null_needs_statistics(lake: Lake) -> None:
    run(lake, "CREATE TABLE t (i INTEGER, s STRUCT(a INTEGER), n INTEGER)")
    with pytest.raises(duckdb.Error, match="stats are available"):
        lake.execute("ALTER TABLE t ALTER i SET NOT NULL")
    run(
        lake,
        "INSERT INTO t VALUES (1, {'a': 1}, NULL)",
        "UPDATE t SET n = 1",
        "ALTER TABLE t ADD COLUMN j INTEGER DEFAULT 1",
    )
    for column in ("s", "j"):
        with pytest.raises(duckdb.Error, match="stats are available"):
            lake.execute(f"ALTER TABLE t ALTER {column} SET NOT NULL")
    run(lake, "BEGIN", "COMMENT ON TABLE t IS 'c'")
    with pytest.raises(duckdb.Error, match="transaction-local changes"):
        lake.execute("ALTER TABLE t ALTER i SET NOT NULL")
    every = [f"ALTER TABLE t ALTER {column} SET NOT NULL" for column in "isnj"]
    run(lake, "ROLLBACK", "BEGIN", "UPDATE t SET i = i", *every, "COMMIT")
    assert lake.execute("SELECT count(*) FROM duckdb_columns() WHERE NOT is_nullable").fetchall() == [(4,)]


def test_an_expression_is_no_default_of_an_altered_column(lake: Lake) -> None:
    run(lake, "CREATE TABLE t (a TIMESTAMP, b TIMESTAMP)", "ALTER TABLE t ADD COLUMN c TIMESTAMP")
    run(lake, "ALTER TABLE t ALTER a SET DEFAULT now()", "ALTER TABLE t RENAME b TO d")
    for column in "acd":
        with pytest.raises(duckdb.NotImplementedException, match="non-literal default"):
            lake.execute(f"ALTER TABLE t ALTER {column} SET DEFAULT today()")


def test_an_option_of_a_new_table_needs_a_commit(lake: Lake) -> None:
    run(lake, "BEGIN", "CREATE SCHEMA s", "CREATE TABLE t (i INTEGER)")
    for scope in ("schema => 's'", "table_name => 't'"):
        with pytest.raises(duckdb.NotImplementedException, match="transaction-local"):
            lake.execute(f"CALL set_option('target_file_size', '5MB', {scope})")


def test_a_broken_view_stays(lake: Lake) -> None:
    run(lake, "CREATE TABLE t (i INTEGER)", "CREATE VIEW v AS SELECT i FROM t", "ALTER TABLE t RENAME i TO j")
    views = "SELECT count(*) FROM duckdb_views() WHERE view_name = 'v'"
    columns = "SELECT count(*) FROM duckdb_columns() WHERE table_name = 'v'"
    assert (lake.execute(views).fetchall(), lake.execute(columns).fetchall()) == ([(1,)], [(0,)])
    with pytest.raises(duckdb.BinderException):
        lake.execute("FROM v")


@pytest.mark.parametrize(
    ("sql", "conflicts"),
    [
        pytest.param("INSERT INTO h VALUES (1)", False, id="two inserts"),
        pytest.param("COMMENT ON TABLE h IS 'x'; INSERT INTO h VALUES (1)", True, id="two comments and inserts"),
    ],
)
def test_what_two_transactions_do_at_once(postgres_source: str, tmp_path: Path, sql: str, conflicts: bool) -> None:
    with duckdb.connect() as one, duckdb.connect() as other:
        for session in (one, other):
            load(session, "ducklake", "postgres_scanner")
            path = literal(f"{tmp_path}/data/")
            session.execute(f"ATTACH {literal('ducklake:' + postgres_source)} AS lake (DATA_PATH {path})")
            session.execute("USE lake; CREATE TABLE IF NOT EXISTS h (i INTEGER); BEGIN")
            session.execute(sql)
        one.execute("COMMIT")
        if conflicts:
            with pytest.raises(duckdb.TransactionException, match="conflict"):
                other.execute("COMMIT")
        else:
            other.execute("COMMIT")
        assert one.execute("SELECT count(*) FROM h").fetchall() == [(1 if conflicts else 2,)]


@pytest.mark.parametrize("in_one", [True, False], ids=["in one transaction", "one by one"])
def test_a_renamed_partition_column_stops_the_merge(tmp_path: Path, in_one: bool) -> None:
    """In a DuckDB of its own, which is of no use after an INTERNAL error."""
    with duckdb.connect() as connection:
        load(connection, "ducklake")
        connection.execute(f"ATTACH {literal(f'ducklake:{tmp_path}/lake.db')} AS lake")
        run(connection, "USE lake", "CREATE TABLE t (i INTEGER, j INTEGER)", "ALTER TABLE t SET PARTITIONED BY (i)")
        run(connection, *["BEGIN"] * in_one, "INSERT INTO t SELECT 1, range FROM range(30)")
        run(connection, "ALTER TABLE t RENAME i TO k", "UPDATE t SET j = 5 WHERE j > 3", *["COMMIT"] * in_one)
        assert connection.execute("SELECT count(*), sum(j) FROM t WHERE k = 1").fetchall() == [(30, 136)]
        connection.execute("CALL ducklake_rewrite_data_files('lake', delete_threshold => 0)")
        with pytest.raises(duckdb.InternalException, match="different hive partition path"):
            connection.execute("CALL ducklake_merge_adjacent_files('lake')")
