"""A catalog in which somebody deleted what every lake has: each command says so in one line, on each backend."""

from pathlib import Path

import pytest

from support.backends import BACKENDS, Catalogs, catalogs
from support.project import Project, copy_of, project_at

COMMANDS = ("drift", "log", "dump", "plan", "migrate", "branch create try")


@pytest.fixture(scope="module", params=BACKENDS)
def where(request: pytest.FixtureRequest) -> Catalogs:
    return catalogs(request, request.param)


@pytest.fixture(scope="module")
def made(where: Catalogs, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = project_at(tmp_path_factory.mktemp("tampered") / "project", where)
    project.migration(
        "V1__t.sql", "CREATE TABLE t (i INTEGER); ALTER TABLE t SET PARTITIONED BY (i); CREATE MACRO m(x) AS x;"
    )
    assert project.main("migrate").code == 0
    project.migration("V2__u.sql", "CREATE TABLE u (i INTEGER);")
    return project


def tampered(made: Project, where: Catalogs, folder: Path, change: str) -> Project:
    project = copy_of(made, folder, where)
    project.in_catalog(change)
    return project


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            "ALTER TABLE ducklake_view DROP COLUMN dialect",
            "ducklake_view has no column dialect, as it has in every lake's catalog",
            id="a column",
        ),
        pytest.param(
            "ALTER TABLE ducklake_metadata RENAME key TO word",
            "ducklake_metadata has other columns than in every lake's catalog",
            id="a column that is read first",
        ),
        pytest.param("DELETE FROM ducklake_snapshot", "ducklake_snapshot has no rows", id="all snapshots"),
        pytest.param(
            "UPDATE ducklake_table SET table_name = NULL",
            "ducklake_table has a row without a value that every lake has there",
            id="a table's name",
        ),
    ],
)
def test_what_every_command_needs(change: str, said: str, made: Project, where: Catalogs, tmp_path: Path) -> None:
    project = tampered(made, where, tmp_path / "project", change)
    for command in ("info", *COMMANDS):
        ran = project.main(*command.split())
        assert (ran.code, ran.out) == (3, "")
        assert said in ran.err.splitlines()[0]
        assert ran.err.splitlines()[1:] == ["hint: ask whoever made this catalog"]


@pytest.mark.parametrize(
    ("change", "commands"),
    [
        pytest.param("DELETE FROM ducklake_schema", "plan log dump migrate", id="schemas"),
        pytest.param("DELETE FROM ducklake_table", "plan migrate", id="tables"),
        pytest.param("UPDATE ducklake_macro_impl SET dialect = NULL", "plan migrate", id="what DuckDB fails at itself"),
        pytest.param("UPDATE ducklake_macro_impl SET sql = 'x ('", "plan migrate", id="what can't be parsed"),
        pytest.param("UPDATE ducklake_column SET column_type = 'list'", "plan log dump", id="what lists are of"),
    ],
)
def test_what_is_met_on_the_way(change: str, commands: str, made: Project, where: Catalogs, tmp_path: Path) -> None:
    project = tampered(made, where, tmp_path / "project", change)
    for command in commands.split():
        ran = project.main(*command.split())
        assert (ran.code, ran.out) == (3, ""), (command, ran.err)
        assert len(ran.err.splitlines()) <= 2
