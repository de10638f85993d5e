"""The same migrations, each in a transaction of its own or in groups, end in the same lake."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dt_config.config import Config, Connection, Migrations
from dt_contract.errors import InputError, Stop
from dt_contract.transactions import Mode
from dt_history.read import read_history
from dt_lake.lake import open_lake
from dt_lake.sql import name
from dt_snapshot.reader import read_schema
from ducktracker.migrate.migrate import migrate
from ducktracker.migrate.migrate_options import MigrateOptions
from ducktracker.migrate.progress import Silent

TABLES = ("a", "b", "c")
TEMPLATES = (
    "CREATE TABLE {t} (x INTEGER, s STRUCT(i INTEGER, j INTEGER))",
    "CREATE TABLE IF NOT EXISTS {t} (x INTEGER)",
    "CREATE TABLE {t} AS SELECT range::INTEGER AS x FROM range(30)",
    "CREATE OR REPLACE TABLE {t} AS FROM {u}",
    "DROP TABLE {t}",
    "ALTER TABLE {t} RENAME TO {u}",
    "ALTER TABLE {t} ADD COLUMN y INTEGER DEFAULT 7",
    "ALTER TABLE {t} ADD COLUMN z VARCHAR",
    "ALTER TABLE {t} DROP COLUMN y",
    "ALTER TABLE {t} DROP COLUMN s.j",
    "ALTER TABLE {t} RENAME COLUMN x TO y",
    "ALTER TABLE {t} ALTER x TYPE BIGINT",
    "ALTER TABLE {t} ALTER x SET NOT NULL",
    "ALTER TABLE {t} ADD COLUMN r STRUCT(i INTEGER, j INTEGER)",
    "ALTER TABLE {t} RENAME COLUMN r.i TO k",
    "ALTER TABLE {t} RENAME COLUMN r TO s",
    "ALTER TABLE {t} ALTER y SET DEFAULT 8",
    "ALTER TABLE {t} SET PARTITIONED BY (x)",
    "ALTER TABLE {t} RESET PARTITIONED BY",
    "ALTER TABLE {t} SET SORTED BY (x)",
    "ALTER TABLE {t} RESET SORTED BY",
    "COMMENT ON TABLE {t} IS 'said'",
    "INSERT INTO {t} (x) VALUES (1), (2)",
    "INSERT INTO {t} (x) SELECT range FROM range(40)",
    "INSERT INTO {t} (x) SELECT x FROM {u}",
    "UPDATE {t} SET x = x + 1",
    "DELETE FROM {t} WHERE x < 5",
    "CREATE OR REPLACE VIEW v AS SELECT * FROM {t}",
    "CREATE OR REPLACE MACRO m(n) AS n + 1",
    "DROP VIEW v",
    "SELECT 'x'::INTEGER",
    "CREATE MACRO fails(n, o := NULL) AS n",
    "SET threads = 1",
)
statements = st.builds(str.format, st.sampled_from(TEMPLATES), t=st.sampled_from(TABLES), u=st.sampled_from(TABLES))
# The first files make what the later ones work on, or most would fail at once.
STARTS = ["CREATE TABLE a (x INTEGER, s STRUCT(i INTEGER, j INTEGER))", "CREATE TABLE b (x INTEGER)"]
files = st.lists(st.lists(statements, min_size=1, max_size=3).map("; ".join), min_size=1, max_size=7)


def run(folder: Path, sources: list[str], mode: Mode) -> dict[str, Any]:
    """Migrate; a file that fails or is refused is made empty, and the next run goes on. Return the end, and errors."""
    directory = folder / "migrations"
    directory.mkdir(parents=True)
    for version, sql in enumerate(sources, start=1):
        directory.joinpath(f"V{version}__x.sql").write_text(sql)
    connection = Connection(
        catalog_name="lake", duckdb_metadata_path=str(folder / "lake.db"), data_path=str(folder / "data")
    )
    config = Config(connection=connection, migrations=Migrations(directory=str(directory)))
    errors = []
    while failure := stopped(config, mode):
        errors.append(str(failure))
        script = (failure.place or "").partition(":")[0]
        directory.joinpath(script).write_text("SELECT 1")
    return {"errors": errors, **end(config)}


def stopped(config: Config, mode: Mode) -> Stop | None:
    try:
        return migrate(config, MigrateOptions(mode=mode), Silent()).failure
    except InputError as refused:
        return refused


def end(config: Config) -> dict[str, Any]:
    with open_lake(config) as lake:
        schema = read_schema(lake)
        history = read_history(lake)
        rows = {
            table.name: sorted(lake.connection.execute(f"FROM {name('lake', 'main', table.name)}").fetchall(), key=str)
            for table in schema.tables
        }
    attempts = [(row.version, row.script, row.checksum, row.success) for row in history.rows if row.version]
    return {"fingerprint": schema.fingerprint, "rows": rows, "history": attempts}


def same(sources: list[str]) -> None:
    with TemporaryDirectory() as folder:
        each = run(Path(folder, "each"), sources, "each")
        assert run(Path(folder, "group"), sources, "group") == each


@given(st.builds(STARTS.__add__, files))
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@example(["CREATE TABLE a (x INTEGER)", "ALTER TABLE a ADD COLUMN y DATE", "ALTER TABLE a ALTER x SET NOT NULL"])
@example(["CREATE TABLE a (x INTEGER)", "ALTER TABLE a ADD r STRUCT(i DATE, j DATE)", "ALTER TABLE a DROP COLUMN r.i"])
@example(["CREATE TABLE a (x INTEGER)", "ALTER TABLE a RESET SORTED BY", "ALTER TABLE a SET SORTED BY (x)"])
@example(["CREATE TABLE a (x INTEGER)", "CREATE MACRO m(n, o := NULL) AS n", "CREATE TABLE b (x INTEGER)"])
def test_each_and_group(sources: list[str]) -> None:
    same(sources)


@pytest.mark.slow
@given(st.builds(STARTS.__add__, files))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_each_and_group_at_length(sources: list[str]) -> None:
    same(sources)


@pytest.mark.slow
@given(st.lists(statements, min_size=2, max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_file_does_what_its_statements_do(sources: list[str]) -> None:
    """Those of the statements that work one by one: in one file they fail, are refused, or do the same."""
    with TemporaryDirectory() as folder:
        separate = run(Path(folder, "separate"), [*STARTS, *sources], "each")
        failed = {error.partition("__")[0] for error in separate["errors"]}
        good = [sql for version, sql in enumerate(sources, start=3) if f"V{version}" not in failed]
        together = run(Path(folder, "together"), [*STARTS, "; ".join(["SELECT 1", *good])], "each")
        if not together["errors"]:
            assert (together["fingerprint"], together["rows"]) == (separate["fingerprint"], separate["rows"])
