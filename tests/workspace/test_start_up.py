"""What a command must not import: it starts quickly because of that."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.commands import clean_environment, main_module

HEAVY = {"duckdb", "rich", "tomlkit"}
LAKE = {"duckdb", "rich"}

COMMANDS = ("dt-config", "dt-scan", "dt-lint", "dt-history", "dt-snapshot", "dt-diff", "ducktracker")


def imported(command: str, *argv: str, folder: Path) -> set[str]:
    """Run a command's main in an interpreter of its own and return the modules that it left there."""
    program = (
        "import sys\n"
        f"from {main_module(command)} import main\n"
        "try:\n"
        f"    main({list(argv)!r})\n"
        "finally:\n"
        "    print(*sys.modules, file=sys.stderr)\n"
    )
    environment = clean_environment(folder / "home")
    ended = subprocess.run([sys.executable, "-c", program], cwd=folder, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return set(ended.stderr.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_help_imports_nothing_heavy(command: str, tmp_path: Path) -> None:
    assert imported(command, "--help", folder=tmp_path) & HEAVY == set()


@pytest.mark.parametrize(
    ("command", "argv"),
    [
        pytest.param("dt-config", [], id="dt-config"),
        pytest.param("dt-scan", ["migrations"], id="dt-scan"),
        pytest.param("dt-diff", ["a.json", "a.json"], id="dt-diff"),
    ],
)
def test_a_pure_command_never_imports_duckdb(command: str, argv: list[str], tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "ducktracker.toml").write_text('[connection]\ncatalog_backend = "duckdb"\n')
    (tmp_path / "a.json").write_text('{"kind": "schema", "version": 1}')
    assert imported(command, *argv, folder=tmp_path) & LAKE == set()
