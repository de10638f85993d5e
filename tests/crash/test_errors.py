"""What an error leaves of a transaction, and of the process."""

import subprocess
import sys

import duckdb
import pytest

from support.lakes import attached
from support.project import Project
from support.rules import write

BIRDS = "CREATE TABLE birds (i INTEGER);"


def test_an_error_does_not_end_a_transaction(duckdb_project: Project) -> None:
    with attached(duckdb_project.source, duckdb_project.data_path) as lake:
        lake.execute("BEGIN")
        lake.execute(BIRDS)
        with pytest.raises(duckdb.CatalogException):
            lake.execute("DROP TABLE missing")
        lake.execute("COMMIT")
        assert lake.execute("SELECT count(*) FROM birds").fetchall() == [(0,)]


def test_all_before_an_error_is_rolled_back(duckdb_project: Project) -> None:
    write(duckdb_project, f"{BIRDS}\nDROP TABLE missing;")
    assert duckdb_project.main("migrate").code == 4
    with pytest.raises(duckdb.CatalogException):
        duckdb_project.sql("FROM birds")


WITHOUT_THE_SETTING = """
import dt_lake.lake
from ducktracker.cli.main import main
del dt_lake.lake._CONFIG["disable_database_invalidation"]
main(["migrate"])
"""


def test_an_internal_error_would_end_the_process(duckdb_project: Project) -> None:
    """With the setting the failure is reported and recorded: test_failure_matrix.py."""
    write(duckdb_project, BIRDS, "COMMENT ON COLUMN birds.missing IS 'x';")
    command = [sys.executable, "-c", WITHOUT_THE_SETTING]
    ended = subprocess.run(command, cwd=duckdb_project.folder, env=duckdb_project.environment, capture_output=True)
    assert ended.returncode == -6
    assert duckdb_project.main("info", "--json").json["counts"] == {"applied": 1, "pending": 1}
