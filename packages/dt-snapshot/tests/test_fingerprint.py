"""Equal schemas have equal fingerprints, in whatever lake and however they came about."""

from pathlib import Path

import pytest

from dt_config.config import Config, Connection
from dt_contract.schema import schema_options
from dt_lake.lake import Lake, open_lake
from dt_snapshot.reader import read_schema

SCHEMA = (
    "CREATE SCHEMA s",
    "CREATE TABLE t (i INTEGER DEFAULT 3, d DATE NOT NULL, n STRUCT(a INTEGER, b DATE[]))",
    "CREATE TABLE s.u (i INTEGER)",
    "CREATE VIEW v AS SELECT i FROM {catalog}.main.t",
    "CREATE MACRO m(a) AS a + (SELECT count(*) FROM {catalog}.s.u)",
    "COMMENT ON COLUMN t.i IS 'one'",
    "ALTER TABLE t SET PARTITIONED BY (year(d))",
)


def make(lake: Lake, *statements: str) -> None:
    quoted = f'"{lake.catalog}"'
    lake.connection.execute(f"USE {quoted}")
    for statement in statements:
        lake.connection.execute(statement.replace("{catalog}", quoted))


def fingerprint(lake: Lake) -> str:
    return read_schema(lake).fingerprint


def fingerprint_of(settings: Connection, *statements: str) -> str:
    with open_lake(Config(connection=settings), write=True, create=True) as lake:
        make(lake, *statements)
        return fingerprint(lake)


def test_two_lakes(lake: Lake, tmp_path: Path) -> None:
    """Of other backends, catalog names, ids and histories."""
    make(lake, *SCHEMA)
    roundabout = (
        "CREATE TABLE x (i INTEGER)",
        "DROP TABLE x",
        SCHEMA[0],
        "CREATE TABLE t0 (j INTEGER DEFAULT 3, d DATE NOT NULL, n STRUCT(a INTEGER, b DATE[]))",
        "ALTER TABLE t0 RENAME TO t",
        "ALTER TABLE t RENAME COLUMN j TO i",
        "INSERT INTO t VALUES (1, '2020-01-01', NULL)",
        *SCHEMA[2:],
    )
    other = Connection(catalog_name="other lake", duckdb_metadata_path=str(tmp_path / "other.db"))
    assert fingerprint_of(other, *roundabout) == fingerprint(lake)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("CREATE SCHEMA z", id="schema"),
        pytest.param("CREATE TABLE z (i INTEGER)", id="table"),
        pytest.param("ALTER TABLE s.u RENAME TO z", id="name of a table"),
        pytest.param("ALTER TABLE t ADD COLUMN z INTEGER", id="column"),
        pytest.param("ALTER TABLE t ADD COLUMN n.z INTEGER", id="field"),
        pytest.param("ALTER TABLE t ALTER i TYPE BIGINT", id="type"),
        pytest.param("ALTER TABLE t ALTER d DROP NOT NULL", id="nullability"),
        pytest.param("ALTER TABLE t ALTER i SET DEFAULT 4", id="default"),
        pytest.param("COMMENT ON COLUMN t.i IS 'two'", id="comment on a column"),
        pytest.param("COMMENT ON TABLE t IS 'two'", id="comment on a table"),
        pytest.param("COMMENT ON VIEW v IS 'two'", id="comment on a view"),
        pytest.param("ALTER TABLE t SET PARTITIONED BY (month(d))", id="partitioning"),
        pytest.param("ALTER TABLE t SET SORTED BY (d)", id="sorting"),
        pytest.param("CREATE OR REPLACE VIEW v AS SELECT i + 1 FROM {catalog}.main.t", id="view"),
        pytest.param("CREATE OR REPLACE MACRO m(a) AS a", id="macro"),
        pytest.param("CREATE OR REPLACE MACRO m(b) AS b + (SELECT count(*) FROM {catalog}.s.u)", id="parameter"),
        pytest.param("CALL ducklake_set_option('lake', 'target_file_size', '5MB')", id="option"),
        pytest.param(
            "CALL ducklake_set_option('lake', 'target_file_size', '5MB', schema => 's')", id="option of a schema"
        ),
        pytest.param(
            "CALL ducklake_set_option('lake', 'target_file_size', '5MB', table_name => 't')", id="option of a table"
        ),
    ],
)
def test_tells_apart(statement: str, file_lake: Lake) -> None:
    make(file_lake, *SCHEMA)
    before = fingerprint(file_lake)
    make(file_lake, statement)
    assert fingerprint(file_lake) != before


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("INSERT INTO s.u SELECT range FROM range(1000)", id="rows"),
        pytest.param("CALL ducklake_merge_adjacent_files('lake')", id="maintenance"),
        pytest.param("CREATE TABLE ducktracker_schema_history (i INTEGER)", id="history table"),
        pytest.param("CREATE OR REPLACE TABLE s.u (i INTEGER)", id="the same table again"),
        pytest.param("CREATE OR REPLACE VIEW v AS SELECT i FROM {catalog}.main.t", id="the same view again"),
        pytest.param("ALTER TABLE t ALTER i SET DEFAULT 3", id="the same default"),
    ],
)
def test_is_the_same_after(statement: str, file_lake: Lake) -> None:
    make(file_lake, *SCHEMA)
    before = fingerprint(file_lake)
    make(file_lake, statement)
    assert fingerprint(file_lake) == before


def test_order_of_columns(tmp_path: Path) -> None:
    one, two = (Connection(duckdb_metadata_path=str(tmp_path / file)) for file in ("1.db", "2.db"))
    assert fingerprint_of(one, "CREATE TABLE t (a DATE, b DATE)") != fingerprint_of(
        two, "CREATE TABLE t (b DATE, a DATE)"
    )


def test_a_dropped_and_restored_schema(file_lake: Lake) -> None:
    before = fingerprint(file_lake)
    make(file_lake, "CREATE SCHEMA z", "DROP SCHEMA z")
    assert fingerprint(file_lake) == before


def test_options_of_the_schema() -> None:
    assert schema_options({"version": "1.0", "created_by": "x", "data_path": "y", "encrypted": "false"}) == {}
    assert schema_options({"parquet_compression": "zstd"}) == {"parquet_compression": "zstd"}
