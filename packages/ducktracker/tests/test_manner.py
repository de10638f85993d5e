"""How the umbrella talks: help, suggestions, colour, quiet and verbose, where it runs, and what a shell completes."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from ducktracker.cli.commands.completion import completions
from ducktracker.cli.parser import COMMANDS, parser
from support.commands import call, clean_environment, run
from support.project import Project

DRIFT = ("CREATE TABLE t (a INTEGER)", "+ table main.t (a INTEGER)")
RED, GREEN, YELLOW = "\x1b[31m", "\x1b[32m", "\x1b[33m"


@pytest.fixture
def drifted(project: Project) -> Project:
    project.migration("V1__s.sql", "CREATE SCHEMA s")
    assert project.main("migrate").code == 0
    project.sql(DRIFT[0])
    return project


def test_no_command_is_a_question_for_help(tmp_path: Path) -> None:
    ran = call("ducktracker", folder=tmp_path, environment=clean_environment(tmp_path))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == call("ducktracker", "--help", folder=tmp_path, environment=clean_environment(tmp_path)).out


@pytest.mark.parametrize("command", [["migrate"], ["branch", "create"], []], ids=" ".join)
def test_help_of_a_command(tmp_path: Path, command: list[str]) -> None:
    ran = call("ducktracker", "help", *command, folder=tmp_path, environment=clean_environment(tmp_path))
    assert ran == call("ducktracker", *command, "--help", folder=tmp_path, environment=clean_environment(tmp_path))
    assert ran.code == 0


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        pytest.param(["migrat"], "there is no command 'migrat'\nhint: did you mean `ducktracker migrate`?", id="near"),
        pytest.param(["xyz"], "there is no command 'xyz'\nhint: ducktracker --help", id="far"),
        pytest.param(
            ["branch", "crate", "x"],
            "there is no command 'crate'\nhint: did you mean `ducktracker branch create`?",
            id="an action",
        ),
        pytest.param(["help", "inof"], "there is no command 'inof'\nhint: did you mean `ducktracker info`?", id="help"),
    ],
)
def test_a_suggestion(tmp_path: Path, argv: list[str], said: str) -> None:
    ran = call("ducktracker", *argv, folder=tmp_path, environment=clean_environment(tmp_path))
    assert ran == (2, "", f"ducktracker: {said}\n")


@pytest.mark.parametrize(
    ("variables", "argv", "is_coloured"),
    [
        pytest.param({}, [], False, id="a pipe"),
        pytest.param({}, ["--color", "always"], True, id="--color always"),
        pytest.param({"FORCE_COLOR": "1"}, [], True, id="FORCE_COLOR"),
        pytest.param({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False, id="NO_COLOR over FORCE_COLOR"),
        pytest.param({"FORCE_COLOR": "1"}, ["--color", "never"], False, id="--color never over FORCE_COLOR"),
        pytest.param({"NO_COLOR": "1"}, ["--color", "always"], True, id="--color always over NO_COLOR"),
        pytest.param({"FORCE_COLOR": "1"}, ["--json"], False, id="a document has none"),
        pytest.param({"FORCE_COLOR": "1"}, ["--format", "github"], False, id="nor has one for a CI system"),
    ],
)
def test_colour(drifted: Project, variables: dict[str, str], argv: list[str], is_coloured: bool) -> None:
    environment = {**drifted.environment, **variables}
    ran = call("ducktracker", "drift", *argv, folder=drifted.folder, environment=environment)
    assert ran.code == 1
    assert (f"{GREEN}{DRIFT[1]}" in ran.out) is is_coloured
    assert ("\x1b" in ran.out) is is_coloured


def test_errors_and_hints_in_colour(tmp_path: Path) -> None:
    environment = clean_environment(tmp_path) | {"FORCE_COLOR": "1"}
    err = call("ducktracker", "info", folder=tmp_path, environment=environment).err.splitlines()
    assert err[0].startswith(f"{RED}ducktracker:\x1b[0m no ducktracker.toml here")
    assert err[1].startswith(f"{YELLOW}hint:\x1b[0m ")


def test_quiet(project: Project) -> None:
    project.migration("V1__t.sql", "CREATE TABLE t (a INTEGER)")
    assert project.main("-q", "migrate") == (0, "", "")
    assert project.main("migrate", "--quiet") == (0, "", "")
    assert project.main("drift", "-q").out == "no differences\n"
    assert project.main("drift", "--ignore", "x.*").err.count("matches nothing") == 1
    assert project.main("drift", "--ignore", "x.*", "-q").err == ""
    project.migration("V2__t.sql", "nonsense")
    assert "V2__t.sql:1" in project.main("migrate", "-q").err


def test_verbose(project: Project) -> None:
    err = project.main("info", "--verbose").err
    told = dict(line.removeprefix("ducktracker: ").split(": ", 1) for line in err.splitlines() if ": on " not in line)
    assert told["configuration"] == "ducktracker.toml"
    assert Path(told["migrations"]) == project.folder / "migrations"
    assert re.search(r"on DuckDB [\d.]+, DuckLake \w+", err)


def test_in_another_folder(project: Project, tmp_path: Path) -> None:
    project.migration("V1__t.sql", "CREATE TABLE t (a INTEGER)")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert (
        call("ducktracker", "-C", "../project", "migrate", folder=elsewhere, environment=project.environment).code == 0
    )
    ran = call("ducktracker", "info", "-C", "nowhere", folder=elsewhere, environment=project.environment)
    assert ran == (2, "", "ducktracker: nowhere: can't be entered: No such file or directory\n")


def test_the_configuration_is_found_from_a_folder_below(project: Project) -> None:
    project.migration("V1__t.sql", "CREATE TABLE t (a INTEGER)")
    below = project.folder / "migrations"
    assert call("ducktracker", "migrate", folder=below, environment=project.environment).code == 0
    assert call("ducktracker", "info", "--exit-code", folder=below, environment=project.environment).code == 0
    assert project.main("info", "--exit-code").code == 0


def test_the_configuration_of_another_user_is_not_taken_from_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ducktracker.toml").write_text("")
    if os.getuid() == 0:
        os.chown(tmp_path / "ducktracker.toml", 1234, 1234)
    monkeypatch.setattr(os, "getuid", lambda: 4321)
    (tmp_path / "below").mkdir()
    ran = call("ducktracker", "info", folder=tmp_path / "below", environment=clean_environment(tmp_path))
    place = "../ducktracker.toml"
    said = f"{place}: belongs to another user, and is not in this folder\nhint: -c {place} uses it"
    assert ran == (2, "", f"ducktracker: {said}\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["mig"], ["migrate"], id="a command"),
        pytest.param(["branch", "cr"], ["create"], id="an action"),
        pytest.param(["migrate", "--al"], ["--allow"], id="a flag"),
        pytest.param(["-q", "plan", "--show"], ["--show-values"], id="behind a flag"),
        pytest.param(["branch", "create", "x", "--in"], ["--in-catalog"], id="a flag of an action"),
    ],
)
def test_what_bash_completes(tmp_path: Path, words: list[str], expected: list[str]) -> None:
    made = run("ducktracker", "completion", "bash", folder=tmp_path, environment=clean_environment(tmp_path))
    line = " ".join(["ducktracker", *words])
    asked = f'COMP_WORDS=({line}); COMP_CWORD={len(words)}; _ducktracker; printf "%s\\n" "${{COMPREPLY[@]}}"'
    ended = subprocess.run(["bash", "-c", f"{made.out}\n{asked}"], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_told_of_each_command_and_flag(tmp_path: Path, shell: str) -> None:
    out = call("ducktracker", "completion", shell, folder=tmp_path, environment=clean_environment(tmp_path)).out
    for item in completions(parser()):
        assert item.word.removeprefix("--") in out


def test_each_command_is_in_the_help(tmp_path: Path) -> None:
    out = call("ducktracker", "--help", folder=tmp_path, environment=clean_environment(tmp_path)).out
    names = [command.__name__.rpartition(".")[2].rstrip("_") for command in COMMANDS]
    assert [name for name in names if not re.search(rf"^    {name} ", out, re.MULTILINE)] == []
