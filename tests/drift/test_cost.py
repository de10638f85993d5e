"""What drift costs in a large lake: the changes, not the tables."""

import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any, cast

import duckdb
import pytest

from dt_config.config import Config, Connection
from dt_history.read import read_history
from dt_lake.lake import Lake, open_lake
from ducktracker.drift.drift import drift_of
from support.commands import SCRIPTS
from support.lakes import attached, extension, literal, load
from support.project import Project

ROUNDS = 5
COLUMNS = ", ".join(f"c{number} {('INTEGER', 'VARCHAR')[number % 2]}" for number in range(10))
BARE = """
import sys
import duckdb
lake, *extensions = sys.argv[1:]
connection = duckdb.connect()
for extension in extensions:
    connection.execute(f"LOAD '{extension}'")
connection.execute(f"ATTACH 'ducklake:{lake}' AS lake (READ_ONLY)")
rows = connection.execute('''
    SELECT s.schema_name, t.table_name, c.column_name, c.column_type, c.nulls_allowed, c.default_value
    FROM __ducklake_metadata_lake.ducklake_schema s
    JOIN __ducklake_metadata_lake.ducklake_table t USING (schema_id)
    JOIN __ducklake_metadata_lake.ducklake_column c USING (table_id)
    WHERE s.end_snapshot IS NULL AND t.end_snapshot IS NULL AND c.end_snapshot IS NULL
    ORDER BY s.schema_name, t.table_name, c.column_order
''').fetchall()
assert len(rows) > 99_000
"""


CLONES = """
INSERT INTO ducklake_table SELECT table_id + n, uuid(), begin_snapshot, NULL, schema_id, 't' || n, 't' || n || '/', true
FROM ducklake_table, range(1, {tables}) _(n) WHERE table_name = 't0';
INSERT INTO ducklake_column SELECT c.* REPLACE (c.table_id + n AS table_id)
FROM ducklake_column c JOIN ducklake_table t USING (table_id), range(1, {tables}) _(n) WHERE table_name = 't0';
UPDATE ducklake_snapshot SET next_catalog_id = next_catalog_id + {tables} WHERE snapshot_id = 1;
"""
"""What DuckLake writes for more tables like t0; its own commit of ten thousand takes half a minute."""


def drift_three(project: Project, tables: int, *more: str) -> None:
    """Make a lake of so many tables under a baseline, in which three objects drifted, and more."""
    project.sql(f"CREATE TABLE t0 ({COLUMNS})")
    with duckdb.connect() as catalog:
        load(catalog, "postgres_scanner", "sqlite_scanner")
        catalog.execute(f"ATTACH {literal(project.source)} AS catalog; USE catalog")
        catalog.execute(CLONES.format(tables=tables))
    assert project.main("baseline", "--version", "1").code == 0
    with attached(project.source, project.data_path) as lake:
        for statement in ("ALTER TABLE t5 ADD COLUMN x INTEGER", "ALTER TABLE t6 RENAME TO t", "DROP TABLE t7", *more):
            lake.execute(statement)
        assert lake.execute(f"SELECT count(*), count(c9) FROM t{tables - 1}").fetchall() == [(0, 0)]


@pytest.mark.timed
def test_drift_in_a_lake_of_ten_thousand_tables(project: Project) -> None:
    drift_three(project, 10_000)
    bare = [sys.executable, "-c", BARE, project.source, str(extension("ducklake"))]
    bare += [str(extension(f"{project.backend}_scanner"))] if project.backend != "duckdb" else []
    drift = [f"{SCRIPTS}/ducktracker", "drift"]
    times = [(seconds(bare, project), seconds(drift, project, expected=1)) for _ in range(ROUNDS)]
    quickest = [min(column) for column in zip(*times, strict=True)]
    print(f"bare script {quickest[0]:.2f} s, drift {quickest[1]:.2f} s: {quickest[1] / quickest[0]:.2f} times")
    assert quickest[1] <= 1.5 * quickest[0], times


def seconds(command: Sequence[str], project: Project, *, expected: int = 0) -> float:
    began = time.perf_counter()
    ended = subprocess.run(command, cwd=project.folder, env=project.environment, capture_output=True)
    assert ended.returncode == expected, ended.stderr
    return time.perf_counter() - began


class Counting:
    """A connection that counts what is executed on it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.queries = 0

    def execute(self, *arguments: Any) -> duckdb.DuckDBPyConnection:
        self.queries += 1
        return self._connection.execute(*arguments)


@pytest.mark.parametrize("tables", [10, 500])
def test_the_number_of_queries_is_constant(tables: int, duckdb_project: Project) -> None:
    more = [f"CREATE TABLE more{number} (s STRUCT(a INTEGER))" for number in range(tables // 100)]
    drift_three(duckdb_project, tables, *more)
    settings = Connection(catalog_name="lake", duckdb_metadata_path=duckdb_project.source)
    with open_lake(Config(connection=settings)) as lake:
        counting = Counting(lake.connection)
        counted = Lake(cast(duckdb.DuckDBPyConnection, counting), lake.config)
        diff = drift_of(counted, read_history(counted))
    assert (counting.queries, len(diff.changes)) == (19 + bool(more), 3 + len(more))
