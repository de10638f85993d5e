"""kill -9 between two transactions of a revert or an undo: what is to come is in the history, and is done next."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.project import Project, project_at

V1 = """
CREATE TABLE t (a INTEGER, b VARCHAR);
INSERT INTO t SELECT i, 'b' || i FROM range(50) r(i);
"""
V2 = "CALL set_option('parquet_compression', 'zstd', table_name => 't');"
KILLED = """
import os, signal
from ducktracker.change import run_task
from ducktracker.cli.main import main

attempt, left = run_task.attempt, [{survives}]

def killed(*arguments, **named):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    return attempt(*arguments, **named)

run_task.attempt = killed
main({argv})
"""
ON_A_BRANCH = 2
"""Transactions of the trial."""


def killed(project: Project, *argv: str, after: int) -> None:
    """Run ducktracker until it has committed so many transactions in the lake."""
    program = KILLED.format(survives=ON_A_BRANCH + after, argv=list(argv))
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=project.folder, env=dict(project.environment), capture_output=True
    )
    assert ended.returncode == -9, ended.stderr.decode()


@pytest.fixture
def lake(tmp_path: Path) -> Project:
    """A project with a table that has an option, which DuckLake can't set in the transaction that creates it."""
    project = project_at(tmp_path / "project")
    project.migration("V1__t.sql", V1)
    project.migration("V2__option.sql", V2)
    assert project.main("migrate", "--quiet").code == 0
    return project


def options(project: Project) -> list[tuple[object, ...]]:
    query = "SELECT value FROM ducklake_options('lake') WHERE scope = 'TABLE' AND scope_entry = 'main.t'"
    return project.sql(query)


def test_in_two_transactions(lake: Project) -> None:
    was = lake.sql("FROM t ORDER BY a")
    lake.sql("DROP TABLE t")
    ran = lake.main("revert", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert lake.sql("FROM t ORDER BY a") == was
    assert options(lake) == [("zstd",)]
    assert lake.main("drift") == (0, "no differences\n", "")


@pytest.mark.parametrize("command", ["revert", "undo"])
def test_killed_between_them(lake: Project, command: str) -> None:
    was = lake.sql("FROM t ORDER BY a")
    lake.sql("DROP TABLE t")
    killed(lake, "revert", "--yes", after=1)
    assert lake.sql("FROM t ORDER BY a") == was
    assert options(lake) == []
    ran = lake.main(command, "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert "main.t: was interrupted; a transaction is left of it" in ran.out.splitlines()
    assert ran.out.splitlines()[-1].startswith("reverted: main.t (lake snapshot ")
    assert options(lake) == [("zstd",)]
    assert lake.main("drift") == (0, "no differences\n", "")
    assert lake.main("info", "--json").json["counts"] == {"applied": 2}


def test_killed_before_the_first(lake: Project) -> None:
    lake.sql("DROP TABLE t")
    before = lake.main("drift", "--json").json
    killed(lake, "revert", "--yes", after=0)
    assert lake.main("drift", "--json").json == before


def test_an_undo_killed_between_them(lake: Project) -> None:
    """The migration is applied until the last of them is done."""
    was = lake.sql("FROM t ORDER BY a")
    lake.migration("V3__drop.sql", "DROP TABLE t;")
    assert lake.main("migrate", "--quiet").code == 0
    killed(lake, "undo", "--yes", after=1)
    assert lake.main("info", "--json").json["counts"] == {"applied": 3}
    ran = lake.main("undo", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert lake.sql("FROM t ORDER BY a") == was
    assert options(lake) == [("zstd",)]
    assert lake.main("info", "--json").json["counts"] == {"applied": 2, "undone": 1}
    assert lake.main("drift") == (0, "no differences\n", "")
