"""A new lake is made whole or not at all, whoever else makes it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dt_config.config import Config, Connection
from dt_contract.errors import LakeError
from dt_lake.lake import open_lake
from support.postgres import Postgres

MAKE = """
import sys
from dt_config.config import Config, Connection
from dt_lake.attach import LakeLocked
from dt_lake.lake import open_lake
backend, place, data = sys.argv[1:]
at = {"duckdb_metadata_path": place} if backend == "duckdb" else {"postgres_connection": place}
config = Config(connection=Connection(catalog_backend=backend, data_path=data, **at))
print(flush=True)
input()
for _ in range(500):
    try:
        with open_lake(config, write=True, create=True) as lake:
            lake.connection.execute("SELECT count(*) FROM " + lake.metadata("ducklake_snapshot"))
        break
    except LakeLocked:
        continue
"""


def config_of(file: Path) -> Config:
    return Config(connection=Connection(duckdb_metadata_path=str(file)))


def make(file: Path) -> None:
    with open_lake(config_of(file), write=True, create=True) as lake:
        lake.connection.execute("CREATE TABLE my_ducklake.t (i INTEGER)")


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.mark.parametrize("name", ["lake.db", "no ending", 'it\'s "odd".db', "ö?*[.db"])
def test_leaves_one_file(name: str, tmp_path: Path) -> None:
    make(tmp_path / name)
    assert names(tmp_path) == [name]


def test_a_link_to_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to("lake.db")
    make(tmp_path / "link.db")
    assert names(tmp_path) == ["lake.db", "link.db"]
    assert (tmp_path / "link.db").is_symlink()


def test_data_go_beside_the_file(tmp_path: Path) -> None:
    with open_lake(config_of(tmp_path / "lake.db"), write=True, create=True) as lake:
        lake.connection.execute("CREATE TABLE my_ducklake.t AS FROM range(1000)")
    assert names(tmp_path) == ["lake.db", "lake.db.files"]


def test_only_create_makes_a_lake(tmp_path: Path) -> None:
    with pytest.raises(LakeError), open_lake(config_of(tmp_path / "lake.db"), write=True):
        pass
    assert names(tmp_path) == []


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(LakeError) as caught:
        make(tmp_path / "missing/lake.db")
    assert str(caught.value) == f"{tmp_path}/missing: the lake's folder does not exist"
    assert names(tmp_path) == []


def test_nothing_is_left_of_an_attempt_that_fails(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="File name too long"):
        make(tmp_path / ("x" * 250))
    assert names(tmp_path) == []


def test_leftovers_of_killed_processes_are_removed(tmp_path: Path) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    for pid in (dead.pid, os.getpid(), 10**30):
        (tmp_path / f".lake.db.{pid}.making").write_bytes(b"half")
    (tmp_path / f".lake.db.{dead.pid}.making.wal").touch()
    make(tmp_path / "lake.db")
    assert names(tmp_path) == ["lake.db"]


@pytest.mark.parametrize(
    "name", [".lake.db.1.making", ".other.db.999999.making", ".lake.db.x.making", "lake.db.1.making"]
)
def test_files_of_others_stay(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    make(tmp_path / "lake.db")
    assert names(tmp_path) == sorted([name, "lake.db"])


def start(backend: str, place: str, data: Path) -> subprocess.Popen[bytes]:
    """Start a process that makes the lake when it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", MAKE, backend, place, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def race(backend: str, place: str, data: Path) -> list[bytes]:
    """Return what five processes that make the same lake at once say on stderr."""
    processes = [start(backend, place, data) for _ in range(5)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()
    return [process.communicate()[1] for process in processes]


def test_a_race_for_a_file(tmp_path: Path) -> None:
    assert race("duckdb", str(tmp_path / "lake.db"), tmp_path / "data") == [b""] * 5
    assert names(tmp_path) == ["lake.db"]
    with duckdb.connect(str(tmp_path / "lake.db")) as metadata:
        assert metadata.execute("SELECT count(*) FROM ducklake_snapshot").fetchone() == (1,)


def test_a_race_in_postgres(postgres: Postgres, tmp_path: Path) -> None:
    database = postgres.new_database()
    assert race("postgres", database.keywords(), tmp_path / "data") == [b""] * 5
    assert postgres.execute("SELECT count(*) FROM ducklake_snapshot", database.name) == "1\n"


def test_a_killed_process_leaves_no_lake_or_a_whole_one(tmp_path: Path) -> None:
    file = tmp_path / "lake.db"
    process = start("duckdb", str(file), tmp_path / "data")
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.flush()
    while process.poll() is None and not names(tmp_path):
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate()
    make(file)
    assert names(tmp_path) == ["lake.db"]
