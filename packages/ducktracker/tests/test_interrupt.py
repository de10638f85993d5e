"""Ctrl-C, and a reader that went away."""

import os
import signal
from pathlib import Path

import duckdb

from support.project import Project
from support.running import ended, read_by, started

LONG = """
CREATE TABLE ponds (id INT);
CREATE TABLE long AS SELECT sum(a.range * b.range % c.i) AS n
FROM range(10000000) a, range(10000000) b, read_csv('{}', columns = {{'i': 'INT'}}, auto_detect = false) c;
"""


def tables(project: Project) -> list[tuple[str]]:
    return project.sql("SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake' ORDER BY 1")


def test_ctrl_c_in_a_migration(project: Project, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INT);")
    project.migration("V2__long.sql", LONG.format(tmp_path / "pipe"))
    with started(project, "migrate") as process:
        with read_by(process, tmp_path / "pipe") as pipe:
            pipe.write(b"7\n")
        process.send_signal(signal.SIGINT)
        code, out, err = ended(process)
    assert (code, err) == (130, "ducktracker: interrupted\n")
    assert out.startswith("applied  V1__birds.sql  (")
    assert tables(project) == [("birds",), ("ducktracker_schema_history",)]
    assert project.main("info", "--json").json["counts"] == {"applied": 1, "pending": 1}
    assert project.main("drift").code == 0
    project.migration("V2__long.sql", "CREATE TABLE ponds (id INT);")
    assert project.main("migrate").code == 0
    assert project.main("info", "--json").json["counts"] == {"applied": 2}


def test_ctrl_c_while_waiting_for_a_lake(project: Project) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INT);")
    assert project.main("migrate").code == 0
    project.migration("V2__ponds.sql", "CREATE TABLE ponds (id INT);")
    with duckdb.connect(str(project.folder / "lake.db")), started(project, "migrate") as process:
        assert process.stderr is not None
        assert "waiting up to 60 seconds" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        code, _, err = ended(process)
    assert (code, err) == (130, "ducktracker: interrupted\n")


def test_a_closed_pipe_is_quiet(project: Project) -> None:
    for version in range(2000):
        project.migration(f"V{version}__{'x' * 60}.sql", "SELECT 1;")
    shown = project.pipe("ducktracker info | head -1", pipefail=False)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("Version")
    assert project.pipe("ducktracker info --json | head -1", pipefail=False).err == ""
    assert project.pipe("ducktracker migrate --dry-run | head -1", pipefail=False).err == ""


def test_a_full_disk_is_one_line(project: Project) -> None:
    ran = project.pipe("ducktracker info --json >/dev/full")
    assert (ran.code, ran.err) == (2, "ducktracker: stdout: can't be written: No space left on device\n")
