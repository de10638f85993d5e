"""Settings that can't be used: one line, exit 2, and nothing made."""

import re
from pathlib import Path

import pytest

from support.project import Project

COMMANDS = [["migrate"], ["migrate", "--dry-run"], ["info"], ["validate"], ["drift"], ["baseline", "-v", "1"]]
NONE = "ducktracker: no ducktracker.toml here or in a folder above, and no setting in the environment or flags\n"
INIT = "hint: run `ducktracker init` to create one, or pass `-c FILE`\n"


def listing(project: Project) -> list[str]:
    return sorted(str(path.relative_to(project.folder)) for path in project.folder.rglob("*"))


@pytest.mark.parametrize("argv", [*COMMANDS, ["create", "x"]], ids=" ".join)
def test_no_configuration(project: Project, argv: list[str]) -> None:
    (project.folder / "ducktracker.toml").unlink()
    assert project.main(*argv) == (2, "", NONE + INIT)
    assert listing(project) == ["migrations"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[connection\n", "1: is not TOML: ", id="unreadable"),
        pytest.param("a = 1\na = 2\n", "2: is not TOML: ", id="a key twice"),
        pytest.param(
            '[connection]\ncatalog_nam = "x"\n',
            "2: there is no setting `connection.catalog_nam`; did you mean `connection.catalog_name`?\n",
            id="unknown key",
        ),
        pytest.param("[conection]\n", "1: there is no section `conection`; did you mean `connection`?\n", id="section"),
        pytest.param("[connection]\ncatalog_name = 7\n", "2: `connection.catalog_name` must be a string", id="type"),
        pytest.param(
            '\n[behavior]\nout_of_order = "perhaps"\n', "3: `behavior.out_of_order` must be a boolean", id="boolean"
        ),
        pytest.param(
            '[connection]\ncatalog_backend = "oracle"\n', "2: `connection.catalog_backend` must be ", id="backend"
        ),
        pytest.param('[connection]\ncatalog_name = ""\n', "2: `connection.catalog_name` ", id="empty"),
    ],
)
def test_a_file_that_can_not_be_used(project: Project, text: str, said: str) -> None:
    (project.folder / "ducktracker.toml").write_text(text)
    for argv in COMMANDS:
        ran = project.main(*argv)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"ducktracker: ducktracker.toml:{said}"), ran.err
    assert listing(project) == ["ducktracker.toml", "migrations"]


def test_a_file_that_is_not_utf_8(project: Project) -> None:
    (project.folder / "ducktracker.toml").write_bytes(b"[connection]\n# \xff\n")
    said = "ducktracker: ducktracker.toml:2: is not UTF-8 (byte 0xff)\n"
    assert project.main("info") == (2, "", said)


def test_a_file_that_is_not_there(project: Project) -> None:
    said = "ducktracker: nix.toml: can't be read: No such file or directory\n"
    assert project.main("-c", "nix.toml", "info") == (2, "", said)


def test_a_file_that_is_a_folder(project: Project) -> None:
    said = "ducktracker: migrations: can't be read: Is a directory\n"
    assert project.main("info", "--config", "migrations") == (2, "", said)


@pytest.mark.parametrize(
    ("variable", "value", "key"),
    [
        pytest.param("DUCKTRACKER_CATALOG_BACKEND", "oracle", "connection.catalog_backend", id="backend"),
        pytest.param("DUCKTRACKER_OUT_OF_ORDER", "perhaps", "behavior.out_of_order", id="boolean"),
        pytest.param("DUCKTRACKER_READ_ONLY", "2", "connection.read_only", id="number"),
    ],
)
def test_a_variable_that_can_not_be_used(project: Project, variable: str, value: str, key: str) -> None:
    ran = project.with_environment(**{variable: value}).main("info")
    assert (ran.code, ran.out) == (2, "")
    assert re.match(rf"ducktracker: {variable}: .*`{key}`", ran.err), ran.err


def test_a_flag_that_can_not_be_used(project: Project) -> None:
    ran = project.main("--backend", "ducklake-duckdb", "info")
    assert (ran.code, ran.out) == (2, "")
    assert re.match("ducktracker: --backend: .*`connection.catalog_backend`", ran.err), ran.err


def test_a_postgres_lake_without_a_connection(project: Project) -> None:
    said = "ducktracker: the postgres backend needs `connection.postgres_connection` or `connection.secret_name`\n"
    ran = project.main("--backend", "postgres", "info")
    assert (ran.code, ran.out, ran.err.splitlines(keepends=True)[0]) == (2, "", said)


READ_ONLY = "ducktracker: connection.read_only is set, and this command needs a lake that it may write to\n"


@pytest.mark.parametrize("argv", [["migrate"], ["baseline", "-v", "1"]], ids=" ".join)
def test_a_command_that_writes_read_only(project: Project, argv: list[str]) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INT);")
    file = project.folder / "ducktracker.toml"
    file.write_text(file.read_text().replace("[connection]", "[connection]\nread_only = true"))
    assert project.main(*argv) == (2, "", READ_ONLY + "hint: `dt-config` says where it is set\n")
    assert not (project.folder / "lake.db").exists()


def test_commands_that_read_read_only(project: Project) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INT);")
    assert project.main("migrate").code == 0
    reading = project.with_environment(DUCKTRACKER_READ_ONLY="true")
    assert [reading.main(command).code for command in ("info", "validate", "drift")] == [0, 0, 0]
    assert reading.main("migrate", "--dry-run").code == 0


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        pytest.param(["branch"], "the following arguments are required: ACTION", id="no action"),
        pytest.param(["migrate", "--traget=3"], "unrecognized arguments: --traget=3", id="an unknown flag"),
        pytest.param(["migrate", "--target"], "argument --target: expected one argument", id="no value"),
        pytest.param(["migrate", "--target", "x"], "argument --target: not a version: 'x'", id="no version"),
        pytest.param(["migrate", "--target=-1"], "argument --target: not a version: '-1'", id="below 0"),
        pytest.param(
            ["migrate", "--target", str(2**63)], f"argument --target: not a version: '{2**63}'", id="too high"
        ),
        pytest.param(["baseline"], "the following arguments are required: -v/--version", id="baseline of what"),
        pytest.param(["create"], "the following arguments are required: DESCRIPTION", id="create what"),
        pytest.param(
            ["create", "x", "-r", "--timestamp"], "argument --timestamp: not allowed with argument ", id="both"
        ),
        pytest.param(["info", "-c"], "argument -c/--config: expected one argument", id="no file"),
        pytest.param(
            ["migrate", "--lock-timeout=-1"], "argument --lock-timeout: not a number of seconds: '-1'", id="time"
        ),
    ],
)
def test_usage(project: Project, argv: list[str], said: str) -> None:
    ran = project.main(*argv)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"ducktracker: {said}"), ran.err
    assert re.fullmatch(r"ducktracker: .*\nhint: ducktracker[ a-z]* --help\n", ran.err), ran.err


@pytest.mark.parametrize("path", ["none/lake.db", "ducktracker.toml/lake.db"])
def test_a_lake_in_a_folder_that_is_not_there(project: Project, path: str) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INT);")
    ran = project.main("migrate", "--metadata", path)
    folder = Path(project.folder, path).parent
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.splitlines()[0] == f"ducktracker: {folder}: the lake's folder does not exist"
    assert listing(project) == ["ducktracker.toml", "migrations", "migrations/V1__birds.sql"]
