"""What plan runs on a branch, and why it does not run the rest. What wants out is in tests/plan/escapes.py."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from dt_config.config import Config, Connection
from dt_contract.migrations import Migration
from dt_lake.lake import open_lake
from dt_lake.sandbox import connect_sandboxed
from dt_lint.script.names import Home
from dt_lint.script.statements import parse
from ducktracker.plan.hidden_values import without_values
from ducktracker.plan.wall import why_not_tried

MAKE = """
CREATE TABLE birds AS SELECT range AS id, 'owl' AS name, {'x': 1, 'y': 2} AS place FROM range(100);
CREATE TABLE ponds (id INTEGER, depth DOUBLE);
CREATE VIEW owls AS SELECT id FROM birds WHERE name = 'owl';
CREATE MACRO twice(a) AS a * 2;
CREATE MACRO many(a) AS TABLE FROM range(a)
"""
MIGRATION = Migration(type="versioned", version=2, description="x", script="V2__x.sql", checksum="")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("lake")
    (folder / "data").mkdir()
    settings = Connection(
        duckdb_metadata_path=str(folder / "lake.db"), data_path=str(folder / "data"), catalog_name="lake"
    )
    config = Config(connection=settings)
    with open_lake(config, write=True, create=True) as opened:
        opened.connection.execute(f"USE lake; {MAKE}")
    with closing(connect_sandboxed(config, [str(folder)], needs_httpfs=False)) as connection:
        yield connection


@pytest.fixture
def session(lake: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    with lake.cursor() as session:
        session.execute("USE lake.main; BEGIN")
        yield session
        session.execute("ROLLBACK")


def reasons(session: duckdb.DuckDBPyConnection, text: str) -> list[str | None]:
    """Run what is tried, and return why each statement is not."""
    found: list[str | None] = []
    for statement in parse(session, MIGRATION, text, Home.of("lake", "main")).statements:
        found.append(why_not_tried(session, "lake", statement))
        if found[-1] is None:
            session.execute(statement.sql)
    return found


TRIED = [
    "CREATE SCHEMA s; CREATE TABLE s.t (a INTEGER NOT NULL, b VARCHAR DEFAULT 'x'); DROP SCHEMA s CASCADE",
    "CREATE OR REPLACE TABLE birds AS SELECT range AS id FROM range(100)",
    "CREATE TABLE a AS SELECT id, row_number() OVER (ORDER BY id) FROM birds QUALIFY id > 3",
    "CREATE TABLE a AS FROM birds WITH NO DATA",
    "CREATE OR REPLACE VIEW owls AS SELECT id, name FROM birds; FROM owls",
    "CREATE OR REPLACE MACRO twice(a) AS a + a; SELECT twice(2); DROP MACRO twice",
    "CREATE MACRO m() AS (SELECT max(id) FROM birds); UPDATE birds SET id = m(); DROP MACRO m",
    "CREATE TABLE a AS FROM many(3)",
    "ALTER TABLE birds ADD COLUMN weight DOUBLE DEFAULT 1; ALTER TABLE birds RENAME COLUMN weight TO grams",
    "ALTER TABLE birds ALTER id SET DEFAULT random()::BIGINT; INSERT INTO birds (name) VALUES ('crow')",
    "ALTER TABLE birds RENAME TO animals; ALTER TABLE animals SET PARTITIONED BY (name)",
    "ALTER TABLE birds DROP COLUMN place.y; ALTER TABLE birds SET SORTED BY (id)",
    "COMMENT ON TABLE birds IS 'x'; COMMENT ON COLUMN birds.id IS 'y'",
    "INSERT INTO ponds SELECT id, id FROM birds WHERE id IN (SELECT id FROM owls)",
    "INSERT INTO ponds BY NAME SELECT 1 AS id; INSERT INTO ponds (id) VALUES (1), (2)",
    "UPDATE birds SET name = p.depth::VARCHAR FROM ponds p WHERE p.id = birds.id",
    "DELETE FROM birds USING ponds WHERE birds.id = ponds.id; TRUNCATE ponds",
    "MERGE INTO ponds USING (SELECT 1 AS id) s ON ponds.id = s.id WHEN NOT MATCHED THEN INSERT VALUES (s.id, 2.5)",
    "WITH RECURSIVE r AS (SELECT 1 a UNION ALL SELECT a + 1 FROM r WHERE a < 5) INSERT INTO ponds SELECT a, 1 FROM r",
    "FROM birds AT (VERSION => 1)",
    "SELECT * FROM birds b, LATERAL (SELECT b.id + 1), unnest([b.id]), range(b.id) WHERE EXISTS (FROM ponds)",
    "FROM birds POSITIONAL JOIN ponds; FROM birds ASOF JOIN ponds ON birds.id >= ponds.id",
    "FROM (SELECT 1 UNION SELECT 2) INTERSECT SELECT 1 EXCEPT SELECT 3; VALUES (1); SELECT DISTINCT name FROM birds",
    "FROM birds USING SAMPLE 10; FROM birds ORDER BY id LIMIT 3; FROM birds LIMIT (SELECT 3)",
    "SELECT name, count(*) FROM birds GROUP BY ROLLUP (name) HAVING count(*) > 3",
    "PIVOT birds ON name USING count(*); CREATE TABLE a AS PIVOT birds ON name, id % 2 USING max(id) GROUP BY id",
    "PIVOT birds ON name IN ('owl') USING count(*); UNPIVOT ponds ON id, depth INTO NAME n VALUE v",
    "SET VARIABLE x = (SELECT max(id) FROM birds); INSERT INTO ponds VALUES (getvariable('x'), 1); RESET VARIABLE x",
    "CREATE TEMP TABLE old AS SELECT rowid r, name FROM birds AT (VERSION => 1); INSERT INTO old SELECT 1, 'x'",
    "CREATE TEMP TABLE d (i INTEGER); ALTER TABLE d ADD COLUMN j DATE DEFAULT current_date",
    "CREATE TEMP TABLE d (i INTEGER); UPDATE d SET i = 1; DELETE FROM d; CREATE INDEX x ON d (i); DROP INDEX x",
    "CREATE TEMP TYPE mood AS ENUM (SELECT DISTINCT name FROM birds)",
    "PREPARE p AS INSERT INTO ponds SELECT id, id FROM birds; EXECUTE p; DEALLOCATE p",
    "EXPLAIN SELECT 1; EXPLAIN ANALYZE FROM birds",
    "CALL lake.set_option('target_file_size', '5MB'); CALL ducklake_set_commit_message('lake', 'a', 'b')",
    "FROM lake.snapshots(); FROM lake.table_changes('birds', 0, 1); FROM ducklake_table_info('lake')",
    "FROM duckdb_tables(); SHOW TABLES; DESCRIBE birds; SUMMARIZE birds; PRAGMA table_info('birds')",
    "FROM query('FROM birds'); FROM query_table('birds')",
    "CREATE TABLE query (a INTEGER); INSERT INTO query (a) VALUES (1); INSERT INTO lake.main.query (a) VALUES (1)",
    "SET TimeZone = 'UTC'; SET TIME ZONE 'UTC'; SET null_order = 'nulls_last'",
    "SET threads = 2; PRAGMA threads = 1; RESET threads",
    "SET schema = 'lake.main'; USE lake; SET search_path = 'lake.main'",
    "COPY ponds FROM 'FOLDER/data/pond.csv'",
]


@pytest.mark.parametrize("text", TRIED)
def test_tried(text: str, session: duckdb.DuckDBPyConnection, lake: duckdb.DuckDBPyConnection) -> None:
    path = Path(str(session.execute("SELECT data_path FROM ducklake_settings('lake')").fetchall()[0][0]))
    (path / "pond.csv").write_text("id,depth\n1,2.5\n")
    found = reasons(session, text.replace("FOLDER", str(path.parent)))
    assert found == [None] * len(found)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("COPY birds TO 'x.csv'", "COPY writes a file"),
        ("EXPORT DATABASE 'x'", "EXPORT writes files"),
        ("ATTACH 'x.db'", "ATTACH opens another database"),
        ("COPY FROM DATABASE lake TO memory", "DuckDB can't explain what it would run"),
        ("VACUUM", "VACUUM may reach beyond the lake"),
        ("CREATE SECRET s (TYPE http)", "CREATE SECRET may reach beyond the lake"),
        ("DROP PERSISTENT SECRET s", "DROP PERSISTENT may reach beyond the lake"),
        ("PRAGMA enable_profiling", "PRAGMA enable_profiling may reach beyond the lake"),
        ("SET memory_limit = '1GB'", "plan does not let a migration set memory_limit"),
        ("SET search_path = 'a' || 'b'", "plan can't tell to what it sets search_path"),
        (
            "FROM ducklake_expire_snapshots('lake', older_than => now())",
            "maintenance is for the lake itself",
        ),
        ("FROM __ducklake_metadata_lake.ducklake_table", "it names the tables in which DuckLake keeps the lake"),
        (
            "FROM query('FROM __ducklake' || '_metadata_lake.ducklake_table')",
            "query() runs text that is not written in the file",
        ),
        ("FROM query(getvariable('x'))", "query() runs text that is not written in the file"),
        ("FROM read_csv('x.csv')", "it opens x.csv, which only `plan --allow-external` does"),
        ("FROM read_csv(lower('X.csv'))", "it opens another place, which only `plan --allow-external` does"),
        ("SELECT ST_Point(1, 2)", "it needs the extension spatial, which plan does not load"),
        ("CREATE TEMP MACRO Lower(a) AS a", "it takes the place of DuckDB's own function lower"),
        ("CREATE MACRO main.now() AS TABLE SELECT 1", "it takes the place of DuckDB's own function now"),
        ("ALTER TABLE ponds ADD COLUMN z BIGINT DEFAULT (SELECT count(*) FROM birds)", "its DEFAULT is a query"),
    ],
)
def test_not_tried(text: str, reason: str, session: duckdb.DuckDBPyConnection) -> None:
    assert reasons(session, text) == [reason]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("FROM nothing", "Table with name nothing does not exist"),
        ("SELECT nothing(1)", "Scalar Function with name nothing does not exist"),
        ("CREATE TABLE a AS SELECT nothing FROM birds", 'Referenced column "nothing" not found'),
        ("INSERT INTO ponds VALUES (1)", "has 2 columns but 1 values were supplied"),
        ("PIVOT birds ON nothing USING count(*)", 'Referenced column "nothing" not found'),
    ],
)
def test_what_fails_anyway_fails_as_when_it_runs(text: str, message: str, session: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.Error, match=message) as found:
        reasons(session, text)
    with pytest.raises(type(found.value), match=message):
        session.execute(text)


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        ("Binder Error: no column a", "Binder Error: no column a"),
        ("Conversion Error: 'x'", "Conversion Error (what it says may hold values; --show-values shows it)"),
        (
            "Invalid Input Error: Binder Error: x",
            "Invalid Input Error (what it says may hold values; --show-values shows it)",
        ),
        (
            "TransactionContext Error: x",
            "TransactionContext Error (what it says may hold values; --show-values shows it)",
        ),
        ("main.a would be twice in the lake", "main.a would be twice in the lake"),
    ],
)
def test_values_are_not_shown(error: str, shown: str) -> None:
    assert without_values(error) == shown


@pytest.mark.parametrize("text", ["SET VARIABLE x = (SELECT 1)", "PIVOT birds ON name USING count(*)"])
def test_what_names_values_hides_every_message(text: str, session: duckdb.DuckDBPyConnection) -> None:
    ran = parse(session, MIGRATION, text, Home.of("lake", "main")).statements
    assert without_values("Catalog Error: owl", ran).startswith("Catalog Error (what it says")
