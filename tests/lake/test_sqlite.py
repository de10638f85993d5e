"""A lake whose catalog is in a SQLite file, as somebody comes to it with one that plain DuckDB made."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pytest

from support.lakes import load
from support.project import Project, project_at

_HOLDS = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("BEGIN EXCLUSIVE")
print("holds", flush=True)
sys.stdin.readline()
file.execute("ROLLBACK")
"""


@pytest.fixture(params=["path", "secret"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    """A project with a lake that plain DuckDB made, which is reached by its path or by a secret of DuckDB's."""
    project = project_at(tmp_path / "project", "sqlite")
    project.sql("CREATE TABLE birds (id INTEGER, name VARCHAR); INSERT INTO birds VALUES (1, 'é')")
    if request.param == "path":
        return project
    secrets = tmp_path / "secrets"
    with duckdb.connect() as connection:
        load(connection, "ducklake")
        connection.execute(f"SET secret_directory = '{secrets}'")
        connection.execute(f"CREATE PERSISTENT SECRET pond (TYPE ducklake, METADATA_PATH '{project.source}')")
    text = f'[connection]\ncatalog_name = "lake"\nsecret_name = "pond"\nsecret_directory = "{secrets}"\n'
    (project.folder / "ducktracker.toml").write_text(text)
    return project


def test_all_commands_on_a_lake_of_somebody_else(project: Project) -> None:
    assert project.main("init", "--from-lake", str(project.folder)).code == 2
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INTEGER, name VARCHAR);")
    assert project.main("baseline", "-v", "1").code == 0
    project.migration("V2__ringed.sql", "ALTER TABLE birds ADD COLUMN ringed BOOLEAN;")
    planned = project.main("plan")
    assert (planned.code, planned.err) == (0, "")
    assert "+ column main.birds.ringed BOOLEAN" in planned.out
    assert project.main("migrate").out.startswith("applied  V2__ringed.sql")
    assert [project.main(command).code for command in ("info", "validate", "drift", "log")] == [0] * 4
    (project.folder / "baseline.json").write_text(project.call("dt-snapshot").out)
    project.sql("ALTER TABLE birds DROP COLUMN name")
    assert project.main("drift", "--json").json["counts"] == {"removed": 1}
    piped = project.call("dt-diff", "baseline.json", "-", stdin=project.call("dt-snapshot").out)
    assert [(change["change"], change["name"]) for change in piped.json["changes"]] == [("removed", "main.birds.name")]
    assert project.main("revert", "--yes").code == 0
    assert project.sql("SELECT name, ringed FROM birds") == [("é", None)]


def test_a_file_in_wal_mode_is_refused(sqlite_project: Project) -> None:
    project = sqlite_project
    project.sql("CREATE TABLE birds (id INTEGER)")
    file = project.folder / "lake.sqlite"
    with closing(sqlite3.connect(file)) as catalog:
        catalog.execute("PRAGMA journal_mode = wal")
    for command in ("info", "migrate", "plan", "drift"):
        ran = project.main(command)
        assert ran.code == 3
        assert ran.err.splitlines()[0].endswith(
            f"{file}: this SQLite file is in WAL mode, in which DuckDB reads what belongs together at different moments"
        )


@contextmanager
def held(project: Project) -> Iterator["subprocess.Popen[bytes]"]:
    """Have another process in the middle of a commit, until a line is written to it."""
    command = [sys.executable, "-c", _HOLDS, str(project.folder / "lake.sqlite")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"holds\n"
        yield process
        process.kill()


def test_who_waits_for_a_file_that_is_locked(sqlite_project: Project) -> None:
    project = sqlite_project
    project.sql("CREATE TABLE birds (id INTEGER)")
    project.migration("V1__x.sql", "CREATE TABLE x (a INTEGER);")
    with held(project) as holder:
        ran = {command: project.main(*command.split()) for command in ("info", "migrate --lock-timeout 0")}
        assert holder.stdin
        holder.stdin.write(b"\n")
        holder.stdin.flush()
        assert project.main("migrate").code == 0
    assert ran["info"].code == 3
    assert ran["info"].err.splitlines()[0].endswith("another process holds this lake")
    assert ran["migrate --lock-timeout 0"].code == 5
    assert all("Traceback" not in it.err for it in ran.values())


@pytest.mark.parametrize(
    ("made", "configured", "said"),
    [
        pytest.param("sqlite", "duckdb", "this is a SQLite file", id="SQLite taken for DuckDB"),
        pytest.param("duckdb", "sqlite", "this is a DuckDB file", id="DuckDB taken for SQLite"),
    ],
)
def test_the_other_kind_of_file(made: str, configured: str, said: str, tmp_path: Path) -> None:
    project = project_at(tmp_path / "project", "sqlite" if made == "sqlite" else None)
    project.sql("CREATE TABLE birds (id INTEGER)")
    file = "lake.sqlite" if made == "sqlite" else "lake.db"
    key = "sqlite_path" if configured == "sqlite" else "duckdb_metadata_path"
    (project.folder / "ducktracker.toml").write_text(
        f'[connection]\ncatalog_backend = "{configured}"\n{key} = "{file}"\n'
    )
    ran = project.main("info")
    assert (ran.code, said in ran.err) == (3, True), ran.err
    assert f'hint: set connection.catalog_backend = "{made}"' in ran.err
    assert project.main("--metadata", file, "info").code == 0


def test_a_plain_sqlite_file_is_not_converted(sqlite_project: Project) -> None:
    with closing(sqlite3.connect(sqlite_project.folder / "lake.sqlite")) as file, file:
        file.execute("CREATE TABLE mine (a)")
    sqlite_project.migration("V1__x.sql", "CREATE TABLE x (a INTEGER);")
    ran = sqlite_project.main("migrate")
    assert ran.code == 3
    assert "this SQLite file is not a DuckLake catalog; ducktracker will not convert it" in ran.err
    with closing(sqlite3.connect(sqlite_project.folder / "lake.sqlite")) as file:
        assert file.execute("SELECT name FROM sqlite_master").fetchall() == [("mine",)]


@pytest.mark.parametrize("kind", ["a view", "a virtual table", "a column of another type"])
def test_a_catalog_that_is_none_is_not_read(kind: str, sqlite_project: Project) -> None:
    sqlite_project.sql("CREATE TABLE birds (id INTEGER)")
    change = {
        "a view": "ALTER TABLE ducklake_tag RENAME TO t; CREATE VIEW ducklake_tag AS SELECT * FROM t",
        "a virtual table": "DROP TABLE ducklake_tag; CREATE VIRTUAL TABLE ducklake_tag USING fts5(object_id)",
        "a column of another type": "ALTER TABLE ducklake_tag RENAME TO t; CREATE TABLE ducklake_tag (object_id BLOB)",
    }[kind]
    with closing(sqlite3.connect(sqlite_project.folder / "lake.sqlite")) as file, file:
        file.executescript(change)
    ran = sqlite_project.main("info")
    assert ran.code == 3
    assert "ducklake_tag" in ran.err
    assert "ask whoever made this catalog" in ran.err


def test_a_reader_that_never_ends_its_transaction(sqlite_project: Project) -> None:
    """No COMMIT is possible before; migrate gives up in time, and nothing is recorded."""
    project = sqlite_project
    project.sql("CREATE TABLE birds (id INTEGER)")
    project.migration("V1__x.sql", "CREATE TABLE x (a INTEGER);")
    with closing(sqlite3.connect(project.folder / "lake.sqlite", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM ducklake_snapshot").fetchone()
        ran = project.run("migrate", "--lock-timeout", "1")
        reader.execute("ROLLBACK")
    assert ran.code == 5
    assert ran.err.splitlines()[-2:] == [
        f"ducktracker: {project.folder / 'lake.sqlite'}: gave up after 1 seconds: other processes kept the file locked",
        "hint: nothing was lost; run again",
    ]
    assert project.main("info", "--json").json["counts"] == {"pending": 1}
    assert project.main("migrate").code == 0
