"""Ctrl-C while a statement of a migration runs, on both backends."""

import os
import signal
import subprocess
from pathlib import Path

from support.project import Project
from support.running import ended, started

LONG = """
CREATE TABLE ponds (id BIGINT);
INSERT INTO birds VALUES (1);
CREATE TABLE long AS SELECT sum(a.range * b.range % c.i) AS n
FROM range(10000000) a, range(10000000) b, read_csv('{}', columns = {{'i': 'INT'}}, auto_detect = false) c;
"""


def feed(pipe: Path, process: "subprocess.Popen[str]") -> None:
    """Write what the statement that reads the pipe waits for: it is running then."""
    while process.poll() is None:
        try:
            file = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            continue
        os.write(file, b"7\n")
        os.close(file)
        return


def test_ctrl_c_in_a_migration(project: Project, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    project.migration("V1__birds.sql", "CREATE TABLE birds (id BIGINT);")
    assert project.main("migrate").code == 0
    before = project.sql("SELECT max(snapshot_id) FROM lake.snapshots()")
    project.migration("V2__long.sql", LONG.format(tmp_path / "pipe"))
    for command in (("plan", "--allow-external"), ("migrate",)):
        with started(project, *command) as process:
            feed(tmp_path / "pipe", process)
            process.send_signal(signal.SIGINT)
            assert ended(process) == (130, "", "ducktracker: interrupted\n")
    assert project.sql("SELECT max(snapshot_id) FROM lake.snapshots()") == before
    assert project.main("info", "--json").json["counts"] == {"applied": 1, "pending": 1}
    assert project.main("drift").code == 0
    project.migration("V2__long.sql", "CREATE TABLE ponds (id BIGINT);")
    assert project.main("migrate").code == 0
