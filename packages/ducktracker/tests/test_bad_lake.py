"""Lakes that can't be reached or used: one line, exit 3 (5 while another holds it), and nothing made or changed."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from support.lakes import extension
from support.project import Project

READING = [["info"], ["validate"], ["drift"], ["migrate", "--dry-run"]]
WRITING = [["migrate"], ["baseline", "-v", "1"]]
BIRDS = "CREATE TABLE birds (id INT);"


@pytest.fixture
def file(project: Project) -> Path:
    """Where the lake is to be; a migration waits for it."""
    project.migration("V1__birds.sql", BIRDS)
    return project.folder / "lake.db"


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def refused(project: Project, argv: list[str], said: str, code: int = 3) -> None:
    ran = project.main(*argv)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.splitlines()[0] == f"ducktracker: {project.folder}/lake.db: {said}"
    assert sorted(path.name for path in project.folder.iterdir()) == ["ducktracker.toml", "lake.db", "migrations"]


@pytest.mark.parametrize("argv", READING + WRITING, ids=" ".join)
def test_a_file_that_is_no_database(project: Project, file: Path, argv: list[str]) -> None:
    file.write_text("hello")
    refused(project, argv, "not a DuckLake catalog file")
    assert file.read_text() == "hello"


@pytest.mark.parametrize("argv", READING + WRITING, ids=" ".join)
def test_an_empty_file(project: Project, file: Path, argv: list[str]) -> None:
    file.touch()
    ran = project.main(*argv)
    assert ran.code == 3, ran
    assert file.read_bytes() == b""


@pytest.mark.parametrize("argv", READING + WRITING, ids=" ".join)
def test_a_plain_duckdb_file(project: Project, file: Path, argv: list[str]) -> None:
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 7 AS n")
    before = digest(file)
    refused(project, argv, "this DuckDB file is not a DuckLake catalog; ducktracker will not convert it")
    assert digest(file) == before


@pytest.mark.parametrize("argv", READING + WRITING, ids=" ".join)
def test_a_folder(project: Project, file: Path, argv: list[str]) -> None:
    file.mkdir()
    refused(project, argv, "this is a folder, not the DuckDB file of a lake")


@pytest.mark.parametrize("argv", READING + WRITING, ids=" ".join)
def test_a_newer_format(project: Project, file: Path, argv: list[str]) -> None:
    project.sql("CREATE TABLE mine AS SELECT 7 AS n")
    with duckdb.connect(str(file)) as connection:
        connection.execute("UPDATE ducklake_metadata SET value = '99.1' WHERE key = 'version'")
    ran = project.main(*argv)
    assert (ran.code, ran.out) == (3, "")
    said = f"ducktracker: {file}: this lake has format 99.1; DuckDB {duckdb.__version__} reads format "
    assert ran.err.startswith(said), ran.err
    assert ran.err.splitlines()[1] == "hint: upgrade ducktracker, and DuckDB with it"


@pytest.mark.parametrize("argv", [["drift"], ["baseline", "-v", "1"]], ids=" ".join)
def test_no_lake(project: Project, file: Path, argv: list[str]) -> None:
    said = f"ducktracker: {file}: this lake doesn't exist yet\n"
    said += "hint: run `ducktracker migrate` to create it; if it should exist, see `dt-config`\n"
    assert project.main(*argv) == (3, "", said)
    assert not file.exists()


def test_drift_without_a_history(project: Project) -> None:
    project.sql("CREATE TABLE mine AS SELECT 7 AS n")
    ran = project.main("drift")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[0].startswith("ducktracker: lake.main.ducktracker_schema_history has no successful ")


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Another process has the lake's file open for writing."""
    program = (
        "import sys, duckdb; c = duckdb.connect(sys.argv[1]); c.execute('CREATE TABLE IF NOT EXISTS held (i INT)');"
        "print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield
        other.communicate("")


def test_a_lake_that_another_process_holds(project: Project, file: Path) -> None:
    assert project.main("migrate").code == 0
    project.migration("V2__ponds.sql", "CREATE TABLE ponds (id INT);")
    with held(file):
        for argv in READING:
            ran = project.main(*argv)
            assert (ran.code, ran.out) in ((3, ""), (5, ""))
            assert ran.err.splitlines()[0] == f"ducktracker: {file}: another process holds this lake"
        for argv in (["migrate", "--lock-timeout", "0"], ["migrate", "--lock-timeout", "0", "--json"]):
            ran = project.main(*argv)
            assert (ran.code, ran.out) == (5, "")
            assert ran.err.splitlines()[-2:] == [
                f"ducktracker: {file}: another process holds this lake",
                "hint: nothing was lost; run again",
            ]
    assert project.main("migrate").code == 0
    assert project.main("info", "--json").json["counts"] == {"applied": 2}


def test_a_lake_is_waited_for(project: Project, file: Path) -> None:
    assert project.main("migrate").code == 0
    project.migration("V2__ponds.sql", "CREATE TABLE ponds (id INT);")
    with held(file):
        command = [sys.executable, "-m", "ducktracker", "migrate"]
        waiting = subprocess.Popen(
            command,
            cwd=project.folder,
            env=dict(project.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert waiting.stderr is not None
        assert waiting.stderr.readline() == "ducktracker: another process holds the lake; waiting up to 60 seconds\n"
    out, err = waiting.communicate(timeout=60)
    assert (waiting.returncode, out.splitlines()[-1], err) == (0, "1 migration applied", "")


def test_a_secret_that_does_not_exist(project: Project) -> None:
    settings = project.folder / "ducktracker.toml"
    settings.write_text(settings.read_text().replace("[migrations]", 'secret_name = "quack"\n[migrations]'))
    for argv in READING + WRITING:
        ran = project.main(*argv)
        assert (ran.code, ran.out) == (3, "")
        assert ran.err.splitlines()[0].startswith("ducktracker: "), ran.err
        assert "quack" in ran.err.splitlines()[0]
        assert ran.err.splitlines()[1] == "hint: check connection.secret_name and connection.secret_directory"


def test_a_history_in_a_lake_of_another_catalog_name(project: Project) -> None:
    project.migration("V1__birds.sql", BIRDS)
    assert project.main("migrate").code == 0
    other = project.with_environment(DUCKTRACKER_CATALOG_NAME='my "pond"')
    assert other.main("info", "--json").json["counts"] == {"applied": 1}
    other.migration("V2__ponds.sql", "CREATE TABLE ponds (id INT);")
    assert other.main("migrate").code == 0
    assert other.main("drift").code == 0


def test_the_extension_is_the_wheel_s_where_none_is_installed(project: Project) -> None:
    """The home folder of the tests is empty, so nothing is installed there."""
    project.migration("V1__birds.sql", BIRDS)
    assert project.main("migrate").code == 0
    assert extension("ducklake").exists()
    assert list(Path(project.environment["HOME"]).rglob("*.duckdb_extension")) == []


def test_a_copied_project_says_that_it_writes_to_the_original(project: Project) -> None:
    project.migration("V1__t.sql", "CREATE TABLE t (i INTEGER)")
    assert project.main("migrate").code == 0
    copy = project.folder.parent / "copy"
    shutil.copytree(project.folder, copy)
    config = copy / "ducktracker.toml"
    config.write_text(config.read_text().replace('data_path = "data"\n', ""))
    copied = replace(project, folder=copy)
    copied.migration("V2__t.sql", "CREATE TABLE u (i INTEGER)")
    ran = copied.main("migrate")
    assert (ran.code, ran.err) == (
        0,
        f"ducktracker: the data of {copy}/lake.db is elsewhere, in {project.folder}/data/\n",
    )
    moved = copied.with_environment(DUCKTRACKER_DATA_PATH=str(copy / "data"))
    ran = moved.main("migrate")
    assert (ran.code, "connection.override_data_path = true" in ran.err) == (3, True)
    (copy / "data").mkdir(exist_ok=True)
    ran = moved.main("migrate", "--override-data-path")
    assert (ran.code, ran.err) == (0, "")


def test_override_data_path_needs_a_data_path(project: Project) -> None:
    config = project.folder / "ducktracker.toml"
    config.write_text(config.read_text().replace('data_path = "data"', "override_data_path = true"))
    ran = project.main("info")
    assert ran.code == 2
    assert "`connection.override_data_path` is set, and `connection.data_path` isn't" in ran.err


def test_a_file_of_the_history_that_is_gone(project: Project) -> None:
    """Maintenance writes the history's rows to a file, as it does with every table's."""
    project.migration("V1__t.sql", "CREATE TABLE t (i INT);")
    assert project.main("migrate").code == 0
    project.sql("CALL ducklake_flush_inlined_data('lake')")
    (file,) = project.folder.rglob("ducktracker_schema_history/*.parquet")
    file.unlink()
    for argv in (*READING, ["migrate"], ["plan"], ["log"], ["repair"], ["baseline", "-v", "1"], ["diff", "V1", "live"]):
        ran = project.main(*argv)
        first, hint = ran.err.splitlines()
        assert (ran.code, ran.out) == (3, "")
        assert "a data file of the history, lake.main.ducktracker_schema_history, can't be read: " in first
        assert file.name in first
        assert hint == "hint: make it reachable; without its history, what is applied is not known"
