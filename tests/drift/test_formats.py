"""What CI systems are given, as files to read: golden/. The time of a snapshot is written as TIME there."""

import re
from pathlib import Path

import pytest

from support.project import Project, project_at

GOLDEN = Path(__file__).parent / "golden"
COMMANDS = {"drift": ("drift",), "diff": ("diff", "V1", "live"), "validate": ("validate",)}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with something to find for every command."""
    project = project_at(tmp_path_factory.mktemp("formats") / "project")
    project.migration("V1__users.sql", "CREATE TABLE users (id INTEGER, name VARCHAR);\n")
    assert project.main("migrate").code == 0
    commented = "CALL ducklake_set_commit_message('lake', 'ann', 'hot fix, 100%')"
    project.sql(f"BEGIN; {commented}; ALTER TABLE users ALTER id TYPE BIGINT; COMMIT")
    project.sql("ALTER TABLE users DROP COLUMN name")
    project.sql("CREATE VIEW ids AS SELECT id FROM users WHERE id < 10")
    project.migration("V1__users.sql", "CREATE TABLE users (id INTEGER);\n")
    return project


@pytest.mark.parametrize("form", ["text", "github", "junit"])
@pytest.mark.parametrize("command", COMMANDS)
def test_findings(command: str, form: str, found: Project) -> None:
    ran = found.main(*COMMANDS[command], "--format", form)
    shown = re.sub(r"\d{4}-\d\d-\d\dT[\d.:]+Z", "TIME", ran.out)
    assert (ran.code, ran.err, shown) == (1, "", (GOLDEN / f"{command}.{form}").read_text(encoding="utf-8"))


@pytest.mark.parametrize("form", ["text", "github", "junit"])
def test_nothing_found(form: str, duckdb_project: Project) -> None:
    duckdb_project.migration("V1__users.sql", "CREATE TABLE users (id INTEGER);\n")
    assert duckdb_project.main("migrate").code == 0
    for command, words in (("drift", "no differences"), ("validate", "all checksums match")):
        ran = duckdb_project.main(command, "--format", form)
        assert (ran.code, ran.err) == (0, "")
        assert words in ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_json_is_a_format(command: str, found: Project) -> None:
    assert found.main(*COMMANDS[command], "--json") == found.main(*COMMANDS[command], "--format", "json")


def test_json_and_another_format(found: Project) -> None:
    assert found.main("drift", "--json", "--format", "junit").code == 2
