"""What DuckLake does with a catalog in a SQLite file."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pytest

from support.lakes import load

_HOLDS = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2].split("; "):
    file.execute(statement).fetchall()
print("holds", flush=True)
sys.stdin.read()
"""
_READS = """
import sqlite3, sys
print(sqlite3.connect(sys.argv[1], timeout=0).execute("SELECT count(*) FROM ducklake_snapshot").fetchone()[0])
"""
_WRITES = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=0) as file:
    file.execute("INSERT INTO b VALUES (2)")
"""


@contextmanager
def attached(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        load(connection, "ducklake", "sqlite_scanner")
        connection.execute(f"ATTACH 'ducklake:sqlite:{file}' AS lake (DATA_PATH '{file}.files/')")
        yield connection


@contextmanager
def held(file: Path, statements: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """Have another process in the middle of a commit, or after other statements."""
    command = [sys.executable, "-c", _HOLDS, str(file), statements]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"holds\n"
        yield
        process.kill()


def test_what_sqlite_has_no_types_for(tmp_path: Path) -> None:
    file = tmp_path / "lake.sqlite"
    with attached(file) as connection:
        connection.execute("CREATE TABLE lake.t (a BOOLEAN, b DOUBLE, c STRUCT(x INTEGER), d TIMESTAMPTZ)")
        connection.execute("INSERT INTO lake.t VALUES (true, 3.5, {'x': 1}, '2026-01-02 03:04:05+00')")
    with closing(sqlite3.connect(file)) as catalog:
        ((relative, time),) = catalog.execute(
            "SELECT path_is_relative, snapshot_time FROM ducklake_table, ducklake_snapshot LIMIT 1"
        )
        ((kept,),) = catalog.execute("SELECT table_name FROM ducklake_inlined_data_tables")
        row = catalog.execute(f"SELECT a, b, c, typeof(d) FROM {kept}").fetchone()
    assert (relative, type(time)) == (1, str)
    assert row == (1, "3.5", "{'x': 1}", "text")


@pytest.mark.parametrize(
    ("value", "is_read"),
    [
        ("DATE '2026-05-01'", False),
        ("uuid()", False),
        ("'inf'::DOUBLE", False),
        ("INTERVAL 1 DAY", False),
        ("1.5", True),
        ("[DATE '2026-05-01']", True),
    ],
)
def test_structs_of_small_rows(value: str, is_read: bool, tmp_path: Path) -> None:
    with attached(tmp_path / "lake.sqlite") as connection:
        connection.execute(f"CREATE TABLE lake.t AS SELECT {{'a': {value}}} AS s LIMIT 0")
        connection.execute(f"INSERT INTO lake.t SELECT {{'a': {value}}}")
        if is_read:
            assert len(connection.execute("FROM lake.t").fetchall()) == 1
        else:
            with pytest.raises(duckdb.ConversionException, match="Failed to read inlined data"):
                connection.execute("FROM lake.t").fetchall()


def test_a_commit_that_meets_another_one(tmp_path: Path) -> None:
    file = tmp_path / "lake.sqlite"
    with attached(file) as connection:
        connection.execute("CREATE TABLE lake.t (a INTEGER)")
        connection.execute("BEGIN")
        connection.execute("INSERT INTO lake.t VALUES (1)")
        with held(file), pytest.raises(duckdb.TransactionException, match="database is locked"):
            connection.execute("COMMIT")
        assert connection.execute("SELECT count(*) FROM lake.t").fetchall() == [(0,)]


def test_a_commit_that_meets_a_reader(tmp_path: Path) -> None:
    """It leaves the file locked until DuckDB detaches it."""
    file = tmp_path / "lake.sqlite"
    read = [sys.executable, "-c", _READS, str(file)]
    with attached(file) as connection:
        connection.execute("CREATE TABLE lake.t (a INTEGER); BEGIN; INSERT INTO lake.t VALUES (1)")
        reader = held(file, "BEGIN; SELECT count(*) FROM ducklake_snapshot")
        with reader, pytest.raises(duckdb.TransactionException, match="database is locked"):
            connection.execute("COMMIT")
        assert b"database is locked" in subprocess.run(read, capture_output=True, check=False).stderr
        connection.execute("DETACH lake")
        assert subprocess.run(read, capture_output=True, check=False).stdout == b"2\n"


@pytest.mark.parametrize(("mode", "seen"), [("wal", [1, 2]), ("delete", [1, 1])])
def test_one_transaction_reads_two_moments(mode: str, seen: list[int], tmp_path: Path) -> None:
    file = tmp_path / "plain.sqlite"
    with closing(sqlite3.connect(file)) as plain:
        plain.executescript(f"PRAGMA journal_mode = {mode}; CREATE TABLE a (x); CREATE TABLE b (x)")
        plain.executescript("INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)")
    with duckdb.connect() as connection:
        load(connection, "sqlite_scanner")
        connection.execute(f"ATTACH '{file}' AS plain (TYPE sqlite, READ_ONLY)")
        connection.execute("BEGIN")
        found = connection.execute("SELECT count(*) FROM plain.a").fetchall()
        subprocess.run([sys.executable, "-c", _WRITES, str(file)], stderr=subprocess.DEVNULL, check=False)
        found += connection.execute("SELECT count(*) FROM plain.b").fetchall()
    assert [count for (count,) in found] == seen
