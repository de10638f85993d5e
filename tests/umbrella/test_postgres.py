"""What only PostgreSQL has: roles, passwords, connections that fail. One line each, exit 3, and no password in it."""

import re
from pathlib import Path

import duckdb
import pytest

from support.lakes import literal, load
from support.postgres import PASSWORD, Postgres
from support.project import Project, new_project

BIRDS = "CREATE TABLE birds (id BIGINT);"
COMMANDS = [["info"], ["validate"], ["drift"], ["migrate", "--dry-run"], ["migrate"], ["baseline", "-v", "1"], ["plan"]]
JSON = [[*argv, "--json"] for argv in COMMANDS]


def connected(tmp_path: Path, dsn: str, **connection: str) -> Project:
    """A project with a waiting migration, on what the connection string names."""
    project = new_project(
        tmp_path / "project", "postgres", f"postgres:{dsn}", {"postgres_connection": dsn, **connection}
    )
    project.migration("V1__birds.sql", BIRDS)
    return project


def refused(project: Project, said: str, *secrets: str) -> None:
    """Every command ends with exit 3 and one line on stderr, and a hint at most."""
    for argv in COMMANDS + JSON:
        ran = project.main(*argv)
        assert (ran.code, ran.out) == (3, ""), argv
        assert re.fullmatch(rf"ducktracker: {said}\n(hint: .*\n)?", ran.err), ran.err
        assert not [secret for secret in secrets if secret in ran.err]


def test_unreachable(tmp_path: Path) -> None:
    dsn = "host=127.0.0.1 port=1 dbname=x user=ann password=hunter2Quack connect_timeout=5"
    shown = dsn.replace("hunter2Quack", r"\*\*\*")
    refused(connected(tmp_path, dsn), rf"{shown}: can't be attached: .*Connection refused.*", "hunter2Quack")


def test_no_such_socket(tmp_path: Path) -> None:
    dsn = f"host={tmp_path}/none dbname=x"
    refused(connected(tmp_path, dsn), rf"{re.escape(dsn)}: can't be attached: .*No such file or directory.*")


def test_no_such_database(tmp_path: Path, postgres: Postgres) -> None:
    dsn = postgres.new_database().keywords().replace("dbname=", "dbname=not_")
    refused(connected(tmp_path, dsn), r".*: can't be attached: .*database \"not_lake_\d+\" does not exist.*")


@pytest.mark.parametrize("form", ["keywords", "uri"])
def test_a_wrong_password(tmp_path: Path, postgres: Postgres, form: str) -> None:
    dsn = getattr(postgres.new_database(), form)("guarded", "hunter2&Quack")
    said = r".*guarded.*: can't be attached: .*password authentication failed for user \"guarded\".*"
    refused(connected(tmp_path, dsn), said, "hunter2", "Quack")


def test_a_wrong_password_from_the_environment(tmp_path: Path, postgres: Postgres) -> None:
    project = connected(tmp_path, postgres.new_database().keywords("guarded"))
    refused(
        project.with_environment(PGPASSWORD="hunter2Quack"),
        r".*: can't be attached: .*password authentication failed for user \"guarded\".*",
        "hunter2",
    )


@pytest.mark.parametrize("form", ["keywords", "uri"])
def test_the_right_password(tmp_path: Path, postgres: Postgres, form: str) -> None:
    project = connected(tmp_path, getattr(postgres.new_database(), form)("guarded", PASSWORD))
    for argv in (["migrate"], ["info"], ["drift"], ["validate"], ["info", "--json"]):
        ran = project.main(*argv)
        assert ran.code == 0, ran.err
        assert PASSWORD not in ran.out + ran.err


def test_a_password_from_the_environment(tmp_path: Path, postgres: Postgres) -> None:
    project = connected(tmp_path, postgres.new_database().keywords("guarded")).with_environment(PGPASSWORD=PASSWORD)
    assert project.main("migrate").code == 0
    assert project.main("info", "--json").json["counts"] == {"applied": 1}


def test_no_rights_to_make_a_lake(tmp_path: Path, postgres: Postgres) -> None:
    project = connected(tmp_path, postgres.new_database().keywords("stranger"))
    ran = project.main("migrate")
    assert (ran.code, ran.out) == (3, "")
    assert re.fullmatch(r"ducktracker: .*: can't be attached: .*permission denied.*\n(hint: .*\n)?", ran.err), ran.err


def test_no_rights_to_read_a_lake(tmp_path: Path, postgres: Postgres) -> None:
    database = postgres.new_database()
    assert connected(tmp_path, database.keywords()).main("migrate").code == 0
    refused(
        connected(tmp_path / "other", database.keywords("stranger")), ".*: can't be attached: .*permission denied.*"
    )


def test_a_new_lake_without_a_data_path(tmp_path: Path, postgres: Postgres) -> None:
    project = connected(tmp_path, postgres.new_database().keywords(), data_path="")
    ran = project.main("migrate")
    assert (ran.code, ran.out) == (3, "")
    assert re.fullmatch(
        r"ducktracker: .*: a new lake in PostgreSQL needs a place for its data files\n"
        r"hint: set connection\.data_path in ducktracker\.toml, or DUCKTRACKER_DATA_PATH\n",
        ran.err,
    ), ran.err
    assert project.with_environment(DUCKTRACKER_DATA_PATH="data").main("migrate").code == 0
    assert project.main("info", "--json").json["counts"] == {"applied": 1}


def test_a_database_that_holds_something_else(tmp_path: Path, postgres: Postgres) -> None:
    database = postgres.new_database()
    postgres.execute("CREATE TABLE mine (id INT)", database.name)
    project = connected(tmp_path, database.keywords())
    assert project.main("info", "--json").json["counts"] == {"pending": 1}
    assert project.main("migrate").code == 0
    assert postgres.execute("SELECT count(*) FROM mine", database.name) == "0\n"


@pytest.fixture
def secretive(tmp_path: Path, postgres: Postgres) -> Project:
    """A project whose connection, password and data path are in a secret of `secret_directory`."""
    database, secrets = postgres.new_database(), tmp_path / "secrets"
    secrets.mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"SET secret_directory = {literal(str(secrets))}")
        load(connection, "ducklake", "postgres_scanner")
        connection.execute(
            f"CREATE PERSISTENT SECRET pg (TYPE postgres, HOST {literal(database.host)}, DATABASE '{database.name}',"
            f" USER 'guarded', PASSWORD {literal(PASSWORD)})"
        )
        connection.execute(
            f"CREATE PERSISTENT SECRET pond (TYPE ducklake, METADATA_PATH '', DATA_PATH '{tmp_path}/data/',"
            " METADATA_PARAMETERS MAP {'TYPE': 'postgres', 'SECRET': 'pg'})"
        )
    project = connected(tmp_path, "", secret_name="pond", secret_directory=str(secrets), data_path="")
    text = (project.folder / "ducktracker.toml").read_text()
    text = re.sub(r"(postgres_connection|data_path) = \"\"\n", "", text)
    (project.folder / "ducktracker.toml").write_text(text)
    return project


def test_a_secret(secretive: Project) -> None:
    assert secretive.main("info", "--json").json["counts"] == {"pending": 1}
    for argv in (["migrate"], ["info"], ["validate"], ["drift"]):
        ran = secretive.main(*argv)
        assert ran.code == 0, ran.err
        assert PASSWORD not in ran.out + ran.err
    secretive.migration("V2__data.sql", "CREATE TABLE many AS SELECT range AS id FROM range(1000);")
    assert secretive.main("migrate").code == 0
    assert list((secretive.folder.parent / "data").rglob("*.parquet"))


def test_a_secret_that_does_not_exist(secretive: Project) -> None:
    text = (secretive.folder / "ducktracker.toml").read_text()
    (secretive.folder / "ducktracker.toml").write_text(text.replace('"pond"', '"quack"'))
    refused(secretive, ".*quack.*")


def test_another_folder_of_secrets(secretive: Project, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = secretive.main("info", "--secrets-dir", str(tmp_path / "empty"))
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.splitlines()[1] == "hint: check connection.secret_name and connection.secret_directory"


def test_a_migration_that_attaches_postgres_shows_no_password(tmp_path: Path, postgres: Postgres) -> None:
    database = postgres.new_database()
    project = connected(tmp_path, database.keywords())
    for dsn in (database.keywords("guarded", "hunter2Quack"), database.uri("guarded", "hunter2Quack")):
        project.migration("V1__birds.sql", f"ATTACH '{dsn}' AS pg (TYPE postgres);")
        for argv in (["migrate"], ["migrate", "--json"]):
            ran = project.main(*argv)
            assert ran.code == 4
            assert "password authentication failed" in ran.err
            assert "hunter2Quack" not in ran.out + ran.err
