"""What may have happened to the SQLite file of a lake, and to what stands beside it."""

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import duckdb
import pytest

from support.commands import SCRIPTS, Ran
from support.lakes import load
from support.project import Project, project_at

_DIES = """
import os, signal, sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("PRAGMA cache_size = 2")
file.execute("BEGIN IMMEDIATE")
file.execute("CREATE TABLE junk (a)")
file.executemany("INSERT INTO junk VALUES (?)", [("x" * 2000,)] * 500)
os.kill(os.getpid(), signal.SIGKILL)
"""
_WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Makes of root somebody to whom the modes of files apply."""


@pytest.fixture
def project(sqlite_project: Project) -> Project:
    """A project with a lake to which all migrations but one are applied."""
    sqlite_project.migration("V1__birds.sql", "CREATE TABLE birds (id INTEGER); INSERT INTO birds VALUES (1), (2);")
    assert sqlite_project.main("migrate").code == 0
    sqlite_project.migration("V2__ringed.sql", "ALTER TABLE birds ADD COLUMN ringed BOOLEAN;")
    return sqlite_project


def killed_while_writing(file: Path) -> Path:
    """Have a process die that has written half of its transaction; return the journal that it leaves."""
    subprocess.run([sys.executable, "-c", _DIES, str(file)], check=False)
    journal = Path(f"{file}-journal")
    assert journal.stat().st_size
    return journal


def without_rights(project: Project, command: str) -> Ran:
    """Run ducktracker as a user to whom the modes of files apply."""
    argv = [*(_WITHOUT_RIGHTS if not os.getuid() else ()), f"{SCRIPTS}/ducktracker", command]
    ran = subprocess.run(
        argv, cwd=project.folder, env=dict(project.environment), capture_output=True, text=True, check=False
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


@pytest.mark.parametrize("command", ["info", "drift", "plan", "migrate", "repair --yes", "branch create try"])
def test_what_a_killed_process_left_half_done_is_taken_back(command: str, project: Project) -> None:
    journal = killed_while_writing(project.folder / "lake.sqlite")
    ran = project.main(*command.split())
    assert ran.code == 0, ran.err
    assert not journal.exists()
    with closing(sqlite3.connect(project.folder / "lake.sqlite")) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("SELECT count(*) FROM sqlite_master WHERE name = 'junk'").fetchall() == [(0,)]


def test_a_reader_that_may_not_take_it_back(project: Project) -> None:
    journal = killed_while_writing(project.folder / "lake.sqlite")
    for file in (journal, project.folder / "lake.sqlite"):
        file.chmod(0o444)
    project.folder.chmod(0o555)
    ran = without_rights(project, "info")
    project.folder.chmod(0o755)
    assert ran.code == 3
    assert "a process was killed while it wrote to this file, and you may not write to it" in ran.err
    assert len(ran.err.splitlines()) == 2


@pytest.mark.parametrize("backend", ["duckdb", "sqlite"])
def test_a_user_without_rights(backend: str, tmp_path: Path) -> None:
    project = project_at(tmp_path / "project", "sqlite" if backend == "sqlite" else None)
    file = project.folder / {"duckdb": "lake.db", "sqlite": "lake.sqlite"}[backend]
    project.migration("V1__x.sql", "CREATE TABLE x (a INTEGER);")
    project.folder.chmod(0o555)
    to_make = without_rights(project, "migrate")
    project.folder.chmod(0o755)
    assert project.main("migrate").code == 0
    file.chmod(0)
    to_read = without_rights(project, "info")
    assert to_make == Ran(3, "", f"ducktracker: {file}: can't be made: Permission denied\n")
    assert to_read == Ran(3, "", f"ducktracker: {file}: can't be read: Permission denied\n")


@pytest.mark.parametrize("backend", ["duckdb", "sqlite"])
def test_a_log_without_its_file_is_not_played_back_into_a_new_one(backend: str, tmp_path: Path) -> None:
    project = project_at(tmp_path / "project", "sqlite" if backend == "sqlite" else None)
    project.migration("V1__x.sql", "CREATE TABLE x (a INTEGER);")
    log = project.folder / {"duckdb": "lake.db.wal", "sqlite": "lake.sqlite-journal"}[backend]
    log.write_bytes(b"of another file")
    ran = project.main("migrate")
    assert (ran.code, log.read_bytes()) == (3, b"of another file")
    assert ran.err.splitlines() == [
        f"ducktracker: {log}: this is the log of a file that is gone, and would be played back into the new one",
        "hint: remove it, or put back the file that it belongs to",
    ]
    log.unlink()
    assert project.main("migrate").code == 0


def test_a_log_in_wal_mode_beside_a_file_that_says_otherwise(project: Project) -> None:
    file = project.folder / "lake.sqlite"
    with closing(sqlite3.connect(file)) as catalog:
        catalog.executescript("PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0; CREATE TABLE mine (a)")
        data, log = bytearray(file.read_bytes()), Path(f"{file}-wal").read_bytes()
    data[18:20] = b"\1\1"
    file.write_bytes(data)
    Path(f"{file}-wal").write_bytes(log)
    before = sorted(os.listdir(project.folder))
    ran = project.main("info")
    assert (ran.code, sorted(os.listdir(project.folder))) == (3, before)
    assert "this SQLite file is in WAL mode" in ran.err


@pytest.mark.parametrize("backend", ["duckdb", "sqlite"])
def test_a_pipe_is_not_opened(backend: str, tmp_path: Path) -> None:
    project = project_at(tmp_path / "project", "sqlite" if backend == "sqlite" else None)
    name = "lake.sqlite" if backend == "sqlite" else "lake.db"
    os.mkfifo(project.folder / name)
    for argv in (["info"], ["migrate"], ["--metadata", name, "info"]):
        with_limit = ["timeout", "-s", "KILL", "30", f"{SCRIPTS}/ducktracker", *argv]
        ran = subprocess.run(
            with_limit, cwd=project.folder, env=dict(project.environment), capture_output=True, text=True, check=False
        )
        assert (ran.returncode, "this is a device or pipe" in ran.stderr) == (3, True), ran


def test_a_pipe_that_a_secret_names_is_not_opened(tmp_path: Path) -> None:
    project = project_at(tmp_path / "project", "sqlite")
    os.mkfifo(project.folder / "pipe")
    with duckdb.connect() as connection:
        load(connection, "ducklake")
        connection.execute(f"SET secret_directory = '{tmp_path}/secrets'")
        connection.execute(f"CREATE PERSISTENT SECRET pond (TYPE ducklake, METADATA_PATH '{project.folder}/pipe')")
    named = {"DUCKTRACKER_SECRET_NAME": "pond", "DUCKTRACKER_SECRET_DIRECTORY": f"{tmp_path}/secrets"}
    for argv in (["info"], ["migrate"], ["branch", "create", "try"]):
        with_limit = ["timeout", "-s", "KILL", "30", f"{SCRIPTS}/ducktracker", *argv]
        environment = {**project.environment, **named}
        ran = subprocess.run(
            with_limit, cwd=project.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert (ran.returncode, "this is a device or pipe" in ran.stderr) == (3, True), ran


def limited(project: Project, size: int, *argv: str) -> Ran:
    """Run ducktracker where no file can become larger, as on a full disk."""
    limit: Callable[[], None] = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))
    ran = subprocess.run(
        [f"{SCRIPTS}/ducktracker", *argv],
        cwd=project.folder,
        env=dict(project.environment),
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def test_a_full_disk(project: Project) -> None:
    (project.folder / "migrations" / "V2__ringed.sql").unlink()
    project.migration("V2__many.sql", "".join(f"CREATE TABLE t{number} (a INTEGER);\n" for number in range(300)))
    ran = limited(project, (project.folder / "lake.sqlite").stat().st_size, "migrate")
    assert ran.code == 3
    assert "SQLite: " in ran.err
    assert len(ran.err.splitlines()) == 2
    assert project.main("info", "--json").json["counts"] == {"applied": 1, "pending": 1}
    assert project.main("migrate").code == 0
