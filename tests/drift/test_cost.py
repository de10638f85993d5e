"""What drift costs in a large lake: the changes, not the tables."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest

from dt_config.config import Config, Connection
from dt_history.read import read_history
from dt_lake.lake import Lake, open_lake
from ducktracker.drift import drift_of
from support.commands import SCRIPTS
from support.lakes import attached, extension
from support.project import Project, project_at

ROUNDS = 5
COLUMNS = ", ".join(f"c{number} {('INTEGER', 'VARCHAR')[number % 2]}" for number in range(10))
BARE = """
import sys
import duckdb
extension, lake = sys.argv[1:]
connection = duckdb.connect()
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


def drifted_lake(folder: Path, tables: int) -> Project:
    """Makes a lake of so many tables under a baseline, with three objects that drifted."""
    project = project_at(folder)
    with attached(project.source, project.data_path) as lake:
        # Without this DuckLake makes one more table for each, which takes minutes.
        lake.execute("CALL lake.set_option('data_inlining_row_limit', '0')")
        lake.execute("BEGIN")
        for number in range(tables):
            lake.execute(f"CREATE TABLE t{number} ({COLUMNS})")
        lake.execute("COMMIT")
        lake.execute("CALL lake.set_option('data_inlining_row_limit', '10')")
    assert project.main("baseline", "--version", "1").code == 0
    project.sql("ALTER TABLE t5 ADD COLUMN x INTEGER")
    project.sql("ALTER TABLE t6 RENAME TO renamed")
    project.sql("DROP TABLE t7")
    return project


def test_drift_in_a_lake_of_ten_thousand_tables(tmp_path: Path) -> None:
    project = drifted_lake(tmp_path / "project", 10_000)
    bare = [sys.executable, "-c", BARE, str(extension("ducklake")), project.source]
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


@pytest.mark.parametrize("tables", [10, 200])
def test_the_number_of_queries_is_constant(tables: int, tmp_path: Path) -> None:
    project = drifted_lake(tmp_path / "project", tables)
    for number in range(20, 20 + tables // 10):
        project.sql(f"CREATE TABLE more{number} (s STRUCT(a INTEGER))")
    settings = Connection(catalog_name="lake", duckdb_metadata_path=project.source)
    with open_lake(Config(connection=settings)) as lake:
        counting = Counting(lake.connection)
        counted = Lake(cast(duckdb.DuckDBPyConnection, counting), lake.config)
        diff = drift_of(counted, read_history(counted))
    assert (counting.queries, len(diff.changes)) == (19, 3 + tables // 10)
