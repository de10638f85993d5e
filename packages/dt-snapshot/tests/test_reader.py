"""What a schema document holds, statement by statement. The random statements are in test_random_ddl.py."""

from typing import Any

import pytest

from dt_config.config import Config
from dt_contract.errors import InputError
from dt_contract.schema import Column, Table
from dt_lake.lake import Lake, open_lake
from dt_snapshot.reader import read_schema


def make(lake: Lake, *statements: str) -> None:
    for statement in statements:
        lake.connection.execute(statement)


def table(lake: Lake) -> Table:
    return next(table for table in read_schema(lake).tables if table.name == "t")


@pytest.mark.parametrize(
    ("ddl", "default"),
    [
        pytest.param("i INTEGER", None, id="none"),
        pytest.param("i INTEGER DEFAULT NULL", None, id="null"),
        pytest.param("i INTEGER DEFAULT 3", "3", id="number"),
        pytest.param("i DECIMAL(5,2) DEFAULT -1.50", "-1.50", id="decimal"),
        pytest.param("i VARCHAR DEFAULT 5", "'5'", id="number as text"),
        pytest.param("i VARCHAR DEFAULT 'it''s'", "'it''s'", id="text"),
        pytest.param("i VARCHAR DEFAULT ''", "''", id="empty text"),
        pytest.param("i VARCHAR DEFAULT 'NULL'", None, id="text NULL, which DuckLake takes for none"),
        pytest.param("i BOOLEAN DEFAULT true", "CAST('t' AS BOOLEAN)", id="boolean"),
        pytest.param("i DATE DEFAULT DATE '2020-01-01'", "CAST('2020-01-01' AS \"DATE\")", id="date"),
        pytest.param("i DATE DEFAULT '2020-01-01'", "'2020-01-01'", id="date as text"),
        pytest.param("i BLOB DEFAULT 'ab'::BLOB", "CAST('ab' AS \"BLOB\")", id="blob"),
        pytest.param("i JSON DEFAULT '{\"a\": 1}'", "'{\"a\": 1}'", id="json"),
        pytest.param("i TIMESTAMP DEFAULT now()", "now()", id="function"),
        pytest.param("i INTEGER DEFAULT 1 + 2", "(1 + 2)", id="expression"),
    ],
)
def test_default(ddl: str, default: str | None, file_lake: Lake) -> None:
    make(file_lake, f"CREATE TABLE t ({ddl})")
    assert table(file_lake).columns[0].default == default


def test_a_default_of_a_nested_column_is_ignored_as_duckdb_does(file_lake: Lake) -> None:
    make(file_lake, "CREATE TABLE t (l INTEGER[])", "ALTER TABLE t ALTER l SET DEFAULT 5")
    assert table(file_lake).columns[0].default is None


def test_nested_columns(lake: Lake) -> None:
    make(lake, 'CREATE TABLE t (i INTEGER NOT NULL, s STRUCT("a b" INTEGER, l DATE[]) NOT NULL, m MAP(INTEGER, DATE))')
    _, struct, mapping = table(lake).columns
    assert (struct.type, struct.nullable) == ('STRUCT("a b" INTEGER, l DATE[])', False)
    assert outline(struct) == ("s", [("a b", []), ("l", [("element", [])])])
    assert outline(mapping) == ("m", [("key", []), ("value", [])])
    assert all(field.nullable for field in (*struct.fields, *mapping.fields))


def outline(column: Column) -> tuple[str, list[Any]]:
    return column.name, [outline(field) for field in column.fields]


def test_fields_keep_their_order_and_ids(lake: Lake) -> None:
    make(lake, "CREATE TABLE t (s STRUCT(a INTEGER, b INTEGER), z INTEGER)")
    before = table(lake).columns[0].fields
    make(lake, "ALTER TABLE t ADD COLUMN s.c INTEGER", "ALTER TABLE t RENAME s.a TO x", "ALTER TABLE t DROP COLUMN s.b")
    after = table(lake).columns[0]
    assert [field.name for field in after.fields] == ["x", "c"]
    assert after.fields[0].id == before[0].id
    assert [column.name for column in table(lake).columns] == ["s", "z"]


def test_comments(lake: Lake) -> None:
    make(
        lake,
        "CREATE TABLE t (i INTEGER, j INTEGER)",
        "COMMENT ON TABLE t IS 'tab'",
        "COMMENT ON COLUMN t.i IS 'it''s'",
        "COMMENT ON COLUMN t.j IS 'gone'",
        "ALTER TABLE t DROP COLUMN j",
        "ALTER TABLE t ADD COLUMN j INTEGER",
    )
    assert table(lake).comment == "tab"
    assert [(column.name, column.comment) for column in table(lake).columns] == [("i", "it's"), ("j", None)]
    make(lake, "COMMENT ON TABLE t IS NULL")
    assert table(lake).comment is None


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        pytest.param('"a b"', ('"a b"',), id="column"),
        pytest.param("year(d), month(d)", ("year(d)", "month(d)"), id="transforms"),
        pytest.param("bucket(4, i), d", ("bucket(4, i)", "d"), id="buckets"),
    ],
)
def test_partitioning(keys: str, expected: tuple[str, ...], lake: Lake) -> None:
    make(lake, 'CREATE TABLE t (i INTEGER, d DATE, "a b" INTEGER)', f"ALTER TABLE t SET PARTITIONED BY ({keys})")
    assert table(lake).partition_by == expected
    make(lake, "ALTER TABLE t RESET PARTITIONED BY")
    assert table(lake).partition_by == ()


def test_a_renamed_column_is_renamed_in_the_partitioning(lake: Lake) -> None:
    make(
        lake,
        "CREATE TABLE t (i INTEGER, d DATE)",
        "ALTER TABLE t SET PARTITIONED BY (year(d))",
        "ALTER TABLE t RENAME COLUMN d TO e",
    )
    assert table(lake).partition_by == ("year(e)",)


def test_sorting(lake: Lake) -> None:
    make(lake, "CREATE TABLE t (i INTEGER, d DATE)", "ALTER TABLE t SET SORTED BY (d + 1 DESC NULLS FIRST, i)")
    assert table(lake).sorted_by == ("(d + 1) DESC NULLS FIRST", "i ASC NULLS LAST")
    make(lake, "ALTER TABLE t RESET SORTED BY")
    assert table(lake).sorted_by == ()


def test_options_are_those_of_now(lake: Lake) -> None:
    make(
        lake,
        "CREATE TABLE t (i INTEGER)",
        "CALL lake.set_option('parquet_compression', 'zstd')",
        "CALL lake.set_option('parquet_compression', 'gzip', schema => 'main')",
        "CALL lake.set_option('target_file_size', '5MB', schema => 'main', table_name => 't')",
    )
    now = read_schema(lake)
    assert now.options == {"parquet_compression": "zstd"}
    assert [schema.options for schema in now.schemas] == [{"parquet_compression": "gzip"}]
    assert now.tables[0].options == {"target_file_size": "5000000"}
    past = read_schema(lake, now.lake.snapshot)
    assert past.options is None
    assert (past.schemas[0].options, past.tables[0].options) == ({}, {})


def test_views(lake: Lake) -> None:
    make(
        lake,
        "CREATE SCHEMA s",
        "CREATE TABLE t (i INTEGER)",
        'CREATE VIEW s.v ("a b", "c"",""d") AS SELECT i, 1 FROM lake.main.t',
        "COMMENT ON VIEW s.v IS 'v'",
        "DROP TABLE t",
    )
    (view,) = read_schema(lake).views
    assert (view.schema, view.name, view.comment) == ("s", "v", "v")
    assert view.column_aliases == ("a b", 'c","d')
    assert view.sql == "SELECT i, 1 FROM main.t"


def test_the_history_table_is_left_out(lake: Lake) -> None:
    make(lake, "CREATE TABLE ducktracker_schema_history (i INTEGER)", "CREATE SCHEMA s", "CREATE TABLE s.t (i INTEGER)")
    make(lake, "CREATE TABLE s.ducktracker_schema_history (i INTEGER)")
    assert [(table.schema, table.name) for table in read_schema(lake).tables] == [
        ("s", "ducktracker_schema_history"),
        ("s", "t"),
    ]


def test_the_lake_is_named(lake: Lake) -> None:
    make(lake, "CREATE TABLE t (i INTEGER)")
    now = read_schema(lake).lake
    assert (now.snapshot, now.format) == (1, "1.0")
    assert (now.snapshot_time or "").endswith("Z")
    assert read_schema(lake, 0).lake.id == now.id


def test_a_schema_that_bears_the_name_of_the_catalog(lake: Lake) -> None:
    make(lake, "CREATE SCHEMA lake.lake", "CREATE TABLE lake.lake.t (i INTEGER)")
    make(lake, "CREATE VIEW lake.main.v AS FROM lake.lake.t")
    document = read_schema(lake)
    assert [table.schema for table in document.tables] == ["lake"]
    assert document.views[0].sql == "SELECT * FROM lake.t"


def test_a_snapshot_that_never_was(lake: Lake) -> None:
    with pytest.raises(InputError) as caught:
        read_schema(lake, 7)
    assert str(caught.value) == "snapshot 7 is not in this lake (available: 0 to 0)"


def test_a_read_only_lake_can_be_read(config: Config) -> None:
    with open_lake(config, write=True, create=True):
        pass
    with open_lake(config) as lake:
        assert [schema.name for schema in read_schema(lake).schemas] == ["main"]


def test_the_number_of_queries_does_not_grow(file_lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def queries() -> int:
        filled: list[str] = []
        from dt_snapshot import queries

        original = queries.fill

        def counted(lake: Lake, query: str) -> str:
            filled.append(query)
            return original(lake, query)

        with monkeypatch.context() as patch:
            patch.setattr(queries, "fill", counted)
            read_schema(file_lake)
        return len(filled)

    few = queries()
    make(file_lake, *(f"CREATE TABLE t{number} (s STRUCT(a INTEGER))" for number in range(20)))
    assert queries() == few
