"""A lake with all that a branch has to copy, on each kind of catalog."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from msgspec.structs import replace

from dt_config.config import Config, Connection
from dt_lake.lake import attach_lake, connect
from support.backends import Catalogs, catalogs
from support.lakes import literal
from support.project import Project

TYPES = (
    "t TINYINT, s SMALLINT, i INTEGER, b BIGINT, h HUGEINT, ut UTINYINT, us USMALLINT, ui UINTEGER, ub UBIGINT, "
    "f FLOAT, d DOUBLE, n DECIMAL(18,3), bo BOOLEAN, v VARCHAR, bl BLOB, da DATE, ti TIME, ts TIMESTAMP, "
    "tz TIMESTAMPTZ, u UUID, iv INTERVAL, j JSON, l INTEGER[], m MAP(VARCHAR, INTEGER), "
    'st STRUCT(x INTEGER, "y z" VARCHAR[], "select" STRUCT(q BOOLEAN))'
)
VALUES = (
    "1, -2, 3, -4, 1180591620717411303424, 6, 7, 8, 18446744073709551615, 1.5, -2.25, 12.345, true, "
    "'a\\b''c\nd', '\\x00\\xFFz'::BLOB, '2026-01-02', '03:04:05.6', '2026-01-02 03:04:05.678901', "
    "'2026-01-02 03:04:05+02', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', INTERVAL 3 DAY, '{\"a\": [1, \"é\"]}', "
    "[1, NULL, 3], MAP {'k': 1, 'ü': 2}, {'x': 1, 'y z': ['p', 'q''r'], 'select': {'q': true}}"
)
_NULLS = ", ".join(["NULL"] * 25)

STATEMENTS = (
    f"CREATE TABLE types ({TYPES})",
    f"INSERT INTO types VALUES ({VALUES}), ({_NULLS})",
    f"INSERT INTO types SELECT * EXCLUDE (g) FROM (VALUES ({VALUES})), range(30) g(g)",
    "CREATE TABLE small (a INTEGER, s VARCHAR)",
    "INSERT INTO small VALUES (1, 'one'), (2, 'two')",
    "INSERT INTO small VALUES (3, 'three')",
    "DELETE FROM small WHERE a = 2",
    "ALTER TABLE small ADD COLUMN c BIGINT DEFAULT 7",
    "INSERT INTO small VALUES (4, 'four', 44)",
    "UPDATE small SET s = 'ONE' WHERE a = 1",
    "CREATE TABLE big (a INTEGER, s VARCHAR)",
    "INSERT INTO big SELECT range, 's' || range FROM range(500)",
    "DELETE FROM big WHERE a IN (5, 7)",
    "DELETE FROM big WHERE a = 300",
    "ALTER TABLE big ALTER a TYPE BIGINT",
    "INSERT INTO big SELECT 10000000000 + range, 'w' FROM range(100)",
    "ALTER TABLE big RENAME TO bigger",
    "ALTER TABLE bigger RENAME COLUMN s TO text",
    "CREATE TABLE parts (d DATE, n INTEGER)",
    "ALTER TABLE parts SET PARTITIONED BY (year(d), bucket(4, n))",
    "INSERT INTO parts SELECT DATE '2024-01-01' + range::INTEGER * 40, range FROM range(40)",
    "ALTER TABLE parts SET SORTED BY (n DESC)",
    'CREATE SCHEMA "odd ""schema"',
    'CREATE TABLE "odd ""schema"."t.a b" ("col ""q" INTEGER, "select" VARCHAR)',
    'INSERT INTO "odd ""schema"."t.a b" VALUES (1, \'x\')',
    "COMMENT ON TABLE small IS 'small rows'",
    "COMMENT ON COLUMN small.a IS 'it''s a'",
    "CREATE VIEW seen AS SELECT a, c FROM lake.small WHERE a > 1",
    "CREATE MACRO twice(x) AS x * 2",
    "CREATE MACRO few(n := 2) AS TABLE SELECT * FROM small LIMIT n",
    "CALL lake.set_option('parquet_compression', 'zstd')",
    "CALL lake.set_option('data_inlining_row_limit', 5, table_name => 'small')",
    "CREATE TABLE merged (a INTEGER)",
    "INSERT INTO merged SELECT range FROM range(100)",
    "INSERT INTO merged SELECT range FROM range(100, 200)",
    "INSERT INTO merged SELECT range FROM range(200, 300)",
    "DELETE FROM merged WHERE a = 150",
    "CALL ducklake_merge_adjacent_files('lake')",
    "CREATE TABLE flushed (a INTEGER, s VARCHAR)",
    "INSERT INTO flushed VALUES (1, 'a')",
    "INSERT INTO flushed VALUES (2, 'b')",
    "INSERT INTO flushed SELECT range, 'r' FROM range(10, 100)",
    "DELETE FROM flushed WHERE a = 10",
    "DELETE FROM flushed WHERE a IN (1, 11)",
    "CALL ducklake_flush_inlined_data('lake', table_name => 'flushed')",
    "INSERT INTO flushed VALUES (3, 'c')",
    "CREATE TABLE gone (a INTEGER)",
    "INSERT INTO gone SELECT range FROM range(50)",
    "DROP TABLE gone",
    "CREATE TABLE gone (b VARCHAR)",
    "INSERT INTO gone VALUES ('here')",
    "TRUNCATE bigger",
    "INSERT INTO bigger VALUES (-5, 'low')",
)
"""Most of them are a lake snapshot each."""


def new_lake(folder: Path, where: Catalogs = None) -> Config:
    """Return the configuration of a lake `lake` that doesn't exist yet, with its data below the folder."""
    common = {"catalog_name": "lake", "data_path": f"{folder}/data/"}
    if where is None:
        return Config(connection=Connection(**common, duckdb_metadata_path=str(folder / "lake.db")))  # type: ignore[arg-type]
    if where == "sqlite":
        file = str(folder / "lake.sqlite")
        return Config(connection=Connection(**common, catalog_backend="sqlite", sqlite_path=file))  # type: ignore[arg-type]
    dsn = where.new_database().keywords()
    return Config(connection=Connection(**common, catalog_backend="postgres", postgres_connection=dsn))  # type: ignore[arg-type]


def fill(config: Config) -> None:
    """Make the lake, and all that is in it."""
    with closing(connect(config, write=True)) as connection:
        connection.execute("SET threads = 1")
        attach_lake(connection, config, write=True, create=True)
        connection.execute("USE lake")
        for statement in STATEMENTS:
            connection.execute(statement)


def copy_of(config: Config, folder: Path, where: Catalogs = None) -> Config:
    """Return the configuration of a lake like another one of `new_lake`, with files of its own."""
    old = config.connection
    shutil.copytree(old.data_path, folder / "data")
    moved = f"UPDATE ducklake_metadata SET value = {literal(f'{folder}/data/')} WHERE key = 'data_path'"
    if where is None:
        shutil.copy(old.duckdb_metadata_path, folder / "lake.db")
        with duckdb.connect(str(folder / "lake.db")) as catalog:
            catalog.execute(moved)
        place = {"duckdb_metadata_path": str(folder / "lake.db")}
    elif where == "sqlite":
        shutil.copy(old.sqlite_path, folder / "lake.sqlite")
        with closing(sqlite3.connect(folder / "lake.sqlite")) as file, file:
            file.execute(moved)
        place = {"sqlite_path": str(folder / "lake.sqlite")}
    else:
        database = where.new_database(template=old.postgres_connection.partition("dbname=")[2].split()[0])
        where.execute(moved, database.name)
        place = {"postgres_connection": database.keywords()}
    return replace(config, connection=replace(old, data_path=f"{folder}/data/", **place))


@pytest.fixture
def rich_lake_server(request: pytest.FixtureRequest, project: Project) -> Catalogs:
    """Catalogs the catalog is."""
    return catalogs(request, project.backend)


@pytest.fixture
def rich_lake(project: Project) -> Config:
    """A lake with all that a branch has to copy."""
    dsn = project.source.removeprefix("postgres:") if project.backend == "postgres" else ""
    config = Config(
        connection=Connection(
            catalog_name="lake",
            catalog_backend=project.backend,  # type: ignore[arg-type]
            duckdb_metadata_path=project.source,
            sqlite_path=project.source.removeprefix("sqlite:"),
            postgres_connection=dsn,
            data_path=f"{project.data_path}/",
        )
    )
    fill(config)
    return config
