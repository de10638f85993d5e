"""A SQLite file holds any value in any column: what a command says of a catalog that somebody changed by hand."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from support.project import Project, copy_of, project_at

OTHER_TYPE = "the lake's catalog has a value of another type in column"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = project_at(tmp_path_factory.mktemp("values") / "project", "sqlite")
    project.migration("V1__t.sql", "CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1);")
    assert project.main("migrate").code == 0
    project.migration("V2__u.sql", "CREATE TABLE u (i INTEGER);")
    return project


def changed(made: Project, folder: Path, change: str) -> Project:
    project = copy_of(made, folder, "sqlite")
    with closing(sqlite3.connect(project.folder / "lake.sqlite")) as file:
        file.executescript(change)
    return project


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param("UPDATE ducklake_table SET table_id = 'abc'", f'{OTHER_TYPE} "table_id"', id="text for a number"),
        pytest.param("UPDATE ducklake_column SET column_name = x'ff00fe'", "text that is not UTF-8", id="no text"),
        pytest.param("UPDATE ducklake_metadata SET value = x'ff'", "not UTF-8", id="no text before the lake is known"),
        pytest.param(
            "UPDATE ducklake_inlined_data_tables SET table_name = 'mine'; CREATE VIEW mine AS SELECT 1",
            "mine is not a table, as it is in every lake's catalog",
            id="a view of another name for small rows",
        ),
    ],
)
def test_one_line_says_what_is_wrong(change: str, said: str, made: Project, tmp_path: Path) -> None:
    project = changed(made, tmp_path / "project", change)
    for command in ("plan", "log", "migrate", "branch create try"):
        ran = project.main(*command.split())
        assert ran.code == 3
        assert said in ran.err.splitlines()[0]
        assert "Traceback" not in ran.err


def test_a_page_that_was_overwritten(made: Project, tmp_path: Path) -> None:
    project = copy_of(made, tmp_path / "project", "sqlite")
    file = project.folder / "lake.sqlite"
    data = bytearray(file.read_bytes())
    data[4096 * 5 : 4096 * 9] = b"\xa5" * 4096 * 4
    file.write_bytes(data)
    for command in ("info", "plan", "migrate"):
        ran = project.main(command)
        assert (ran.code, "database disk image is malformed" in ran.err.splitlines()[0]) == (3, True), ran.err


def test_a_time_that_is_none(made: Project, tmp_path: Path) -> None:
    project = changed(made, tmp_path / "project", "UPDATE ducklake_snapshot SET snapshot_time = 'yesterday'")
    assert [project.main(command).code for command in ("drift", "log", "plan", "migrate")] == [0] * 4
