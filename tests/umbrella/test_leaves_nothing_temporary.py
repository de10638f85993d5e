"""SIGTERM and SIGHUP end a command, and what was temporary is gone with it."""

import os
import signal
from pathlib import Path

import pytest

from support.project import Project
from support.running import ended, read_by, started

READS = "CREATE TABLE t AS FROM read_csv('{}', columns = {{'i': 'INTEGER'}}, auto_detect = false);"
ENDED = [pytest.param(signal.SIGTERM, id="SIGTERM"), pytest.param(signal.SIGHUP, id="SIGHUP")]


@pytest.mark.parametrize("number", ENDED)
def test_the_folder_of_a_throw_away_lake(duckdb_project: Project, tmp_path: Path, number: signal.Signals) -> None:
    pipe, temporary = tmp_path / "pipe", tmp_path / "temporary"
    temporary.mkdir()
    os.mkfifo(pipe)
    duckdb_project.migration("V1__t.sql", READS.format(pipe))
    duckdb_project.sql("CREATE TABLE u (i INTEGER)")
    project = duckdb_project.with_environment(TMPDIR=str(temporary))
    with started(project, "diff", "files", "live") as process:
        with read_by(process, pipe):
            assert [file.name.startswith("ducktracker-") for file in temporary.iterdir()] == [True]
            process.send_signal(number)
        assert ended(process) == (128 + number, "", f"ducktracker: ended by {number.name}\n")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", ENDED)
def test_the_draft_of_a_new_lake(duckdb_project: Project, number: signal.Signals) -> None:
    duckdb_project.migration("V1__t.sql", "CREATE TABLE t (i INTEGER);")
    is_caught = False
    while not is_caught:
        with started(duckdb_project, "migrate") as process:
            while process.poll() is None and not is_caught:
                is_caught = any(duckdb_project.folder.glob(".*.making"))
            process.send_signal(signal.SIGSTOP)
            is_caught = any(duckdb_project.folder.glob(".*.making"))
            process.send_signal(number)
            process.send_signal(signal.SIGCONT)
            ended(process)
        assert list(duckdb_project.folder.glob(".*")) == []
        Path(duckdb_project.source).unlink(missing_ok=True)
    assert duckdb_project.main("migrate").code == 0
