"""init and create, and what ducktracker tells of itself."""

import json
import re
from pathlib import Path

import pytest

from support.commands import Ran, call, clean_environment
from support.project import Project

BACKENDS = "ducklake-duckdb, ducklake-postgres or ducklake-sqlite"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pond").mkdir()
    return tmp_path


def ducktracker(folder: Path, *argv: str, stdin: str = "") -> Ran:
    return call("ducktracker", *argv, folder=folder, environment=clean_environment(folder / "home"), stdin=stdin)


@pytest.mark.parametrize("backend", ["ducklake-duckdb", "ducklake-postgres"])
def test_init(folder: Path, backend: str) -> None:
    said = "created pond/ducktracker.toml\ncreated pond/migrations/\ncreated pond/.gitignore\ncreated pond/README.md\n"
    assert ducktracker(folder, "init", "pond", "--backend", backend) == (0, said, "")


def test_init_here(folder: Path) -> None:
    ran = ducktracker(folder / "pond", "init", "--backend", "ducklake-duckdb")
    assert ran == (0, "created ducktracker.toml\ncreated migrations/\ncreated .gitignore\ncreated README.md\n", "")


def test_init_as_json_is_the_configuration_of_the_new_project(folder: Path) -> None:
    ran = ducktracker(folder, "init", "pond", "--backend", "ducklake-duckdb", "--json")
    config = call(
        "dt-config", "-c", "pond/ducktracker.toml", folder=folder, environment=clean_environment(folder / "h")
    )
    assert ran == (0, config.out, "")
    assert json.loads(ran.out)["kind"] == "config"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        pytest.param(
            ["pond"],
            f"argument --backend: choose {BACKENDS}\nhint: ducktracker init --help\n",
            id="no backend",
        ),
        pytest.param(
            ["pond", "--backend", "duckdb"],
            f"argument --backend: unknown backend 'duckdb': choose {BACKENDS}\n",
            id="an unknown backend",
        ),
        pytest.param(
            ["lake", "--backend", "ducklake-duckdb"],
            "lake: this folder does not exist\nhint: mkdir lake\n",
            id="no folder",
        ),
    ],
)
def test_init_refuses(folder: Path, argv: list[str], said: str) -> None:
    assert ducktracker(folder, "init", *argv) == (2, "", f"ducktracker: {said}")
    assert list((folder / "pond").iterdir()) == []
    assert not (folder / "lake").exists()


def test_init_twice(folder: Path) -> None:
    ducktracker(folder, "init", "pond", "--backend", "ducklake-duckdb")
    before = {path: path.read_bytes() for path in (folder / "pond").iterdir() if path.is_file()}
    ran = ducktracker(folder, "init", "pond", "--backend", "ducklake-postgres")
    names = "ducktracker.toml, migrations, .gitignore, README.md"
    assert ran == (2, "", f"ducktracker: pond: already there: {names}; nothing was written\n")
    assert {path: path.read_bytes() for path in before} == before


def test_a_new_project_works(folder: Path) -> None:
    pond = folder / "pond"
    ducktracker(pond, "init", "--backend", "ducklake-duckdb")
    assert ducktracker(pond, "create", "create users table").out == "migrations/V1__create_users_table.sql\n"
    (pond / "migrations/V1__create_users_table.sql").write_text("CREATE TABLE users (id INT);")
    assert ducktracker(pond, "migrate").code == 0
    assert ducktracker(pond, "info", "--json").json["counts"] == {"applied": 1}
    ignored = (pond / ".gitignore").read_text().split()
    assert [path.name for path in pond.iterdir() if path.name.startswith("ducklake_metadata")] != []
    assert "ducklake_metadata.db*" in ignored


def test_create(project: Project) -> None:
    project.migration("V1__x.sql", "")
    assert project.main("create", "create users table") == (0, "migrations/V2__create_users_table.sql\n", "")
    assert project.main("create", "refresh views", "--repeatable") == (0, "migrations/R__refresh_views.sql\n", "")
    assert project.main("create", "-r", "other") == (0, "migrations/R__other.sql\n", "")


def test_create_as_json_is_the_new_file(project: Project) -> None:
    project.migration("V1__x.sql", "")
    document = project.main("create", "users", "--json").json
    assert (document["kind"], document["directory"], document["faults"]) == ("migrations", "migrations", [])
    assert [(item["version"], item["script"]) for item in document["migrations"]] == [(2, "V2__users.sql")]


def test_create_in_a_folder_with_faults(project: Project) -> None:
    for name in ("V4__x.sql", "V4__y.sql", "nonsense.sql"):
        project.migration(name, "")
    assert project.main("create", "users").out == "migrations/V5__users.sql\n"


def test_create_makes_the_folder(project: Project) -> None:
    (project.folder / "migrations").rmdir()
    assert project.main("create", "users").out == "migrations/V1__users.sql\n"


def test_create_needs_no_connection(project: Project) -> None:
    (project.folder / "ducktracker.toml").write_text('[connection]\ncatalog_backend = "postgres"\n')
    assert project.main("create", "users").code == 0


def test_create_where_the_folder_is_a_file(project: Project) -> None:
    (project.folder / "migrations").rmdir()
    (project.folder / "migrations").write_text("mine")
    assert project.main("create", "users") == (2, "", "ducktracker: migrations: is not a folder\n")
    assert (project.folder / "migrations").read_text() == "mine"


def test_create_never_overwrites(project: Project) -> None:
    path = project.migration("R__names.sql", "mine")
    said = "migrations/R__names.sql: this file is there already; nothing was written"
    assert project.main("create", "Names", "-r") == (2, "", f"ducktracker: {said}\n")
    assert path.read_text() == "mine"


DOCUMENTS = {
    "init": "config",
    "create": "migrations",
    "migrate": "result",
    "info": "status",
    "validate": "validation",
    "drift": "diff",
    "baseline": "result",
    "diff": "diff",
    "plan": "plan",
    "log": "log",
    "repair": "result",
}


@pytest.mark.parametrize("command", DOCUMENTS)
def test_each_command_has_help_and_json_and_its_schema(folder: Path, command: str) -> None:
    told = ducktracker(folder, command, "--help")
    assert (told.code, told.err) == (0, "")
    assert "--json" in told.out
    schema = ducktracker(folder, command, "--print-schema")
    assert f'"{DOCUMENTS[command]}"' in schema.out


def test_the_help_begins_with_examples(folder: Path) -> None:
    told = ducktracker(folder, "--help")
    assert told.out.startswith("examples:\n  ducktracker init ")
    assert all(f"\n    {command} " in told.out for command in DOCUMENTS)


def test_the_version_names_the_engines(folder: Path) -> None:
    told = ducktracker(folder, "--version")
    assert told.out.startswith("ducktracker 0.")
    assert "DuckDB 1." in told.out
    assert "DuckLake " in told.out


def test_flags_before_and_after_the_command_are_the_same(project: Project) -> None:
    other = project.folder / "other"
    other.mkdir()
    (other / "ducktracker.toml").write_text('[migrations]\ndirectory = "../migrations"\n')
    before = project.main("-c", "other/ducktracker.toml", "--metadata", "y.db", "info", "--json")
    after = project.main("info", "--json", "--config", "other/ducktracker.toml", "--metadata", "y.db")
    assert before == after
    assert before.code == 0


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param(["--catalog", "x", "init"], id="--catalog"),
        pytest.param(["-c", "x.toml", "init", ".", "--backend", "ducklake-duckdb"], id="--config"),
        pytest.param(["--backend", "duckdb", "init"], id="--backend"),
        pytest.param(["--connection", "host=x", "--metadata", "y", "init", "."], id="two"),
    ],
)
def test_connection_flags_before_init(project: Project, argv: list[str]) -> None:
    ran = project.main(*argv)
    assert (ran.code, ran.out) == (2, "")
    assert re.match(r"ducktracker: argument --\w+: not allowed with init unless --from-lake is given\nhint: ", ran.err)
    assert sorted(path.name for path in project.folder.iterdir()) == ["ducktracker.toml", "migrations"]


@pytest.mark.parametrize(
    ("argv", "hint"),
    [
        pytest.param(["add", "users"], "ducktracker create 'add users'", id="two words"),
        pytest.param(["-r", "it's", "a", "view"], """ducktracker create 'it'"'"'s a view'""", id="a quote"),
    ],
)
def test_a_description_without_quotes(project: Project, argv: list[str], hint: str) -> None:
    said = f"ducktracker: the description is several words without quotes\nhint: {hint}\n"
    assert project.main("create", *argv) == (2, "", said)
    assert not any((project.folder / "migrations").iterdir())


@pytest.mark.parametrize(
    ("target", "said"),
    [
        pytest.param("99", "ducktracker: no migration has the version 99; the highest is 7\n", id="above all"),
        pytest.param("3", "ducktracker: no migration has the version 3; the highest is 7\n", id="between two"),
        pytest.param("V07", "", id="of a file"),
        pytest.param("1", "", id="that is applied"),
    ],
)
def test_a_target_that_no_file_has(project: Project, target: str, said: str) -> None:
    project.migration("V1__a.sql", "CREATE TABLE a (i INT);")
    assert project.main("migrate").code == 0
    project.migration("V7__b.sql", "CREATE TABLE b (i INT);")
    for argv in (["plan"], ["migrate", "--dry-run"], ["migrate"]):
        ran = project.main(*argv, "--target", target)
        assert (ran.code, ran.err) == (0, said)


@pytest.mark.parametrize(
    ("table", "said", "hint"),
    [
        pytest.param("users", "lake: the lake has never had a table main.users", "--table raw.users", id="no schema"),
        pytest.param("app.users", "the lake has never had a table app.users", "--table raw.users", id="another one"),
        pytest.param("gone", "the lake has never had a table main.gone", "--table raw.gone", id="dropped since"),
        pytest.param("x y", 'the lake has never had a table main."x y"', '--table "r w"."x y"', id="signs"),
        pytest.param("nobody", "the lake has never had a table main.nobody", None, id="nowhere"),
    ],
)
def test_the_log_of_a_table_of_another_schema(project: Project, table: str, said: str, hint: str | None) -> None:
    project.sql("CREATE SCHEMA raw; CREATE TABLE raw.users (i INT); CREATE TABLE raw.gone (i INT); DROP TABLE raw.gone")
    project.sql('CREATE SCHEMA "r w"; CREATE TABLE "r w"."x y" (i INT)')
    first, *more = project.main("log", "--table", table).err.splitlines()
    assert (first.endswith(said.removeprefix("lake: ")), more) == (True, [f"hint: {hint}"] if hint else [])
