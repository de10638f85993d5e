"""Each way of installing, in a fresh environment; most of them behind `slow`, because each downloads DuckDB."""

import re
from pathlib import Path

import pytest

from support.installing import Place, check_installed, found_pythons

PYTHONS = found_pythons()

WAYS = [
    pytest.param("uv tool install --python {python} '.[bundled]'", "bin", id="uv tool, from a clone"),
    pytest.param("pip install '.[bundled]'", "venv/bin", id="pip, from a clone"),
    pytest.param("uv tool install --python {python} '{git}'", "bin", id="uv tool, from git", marks=pytest.mark.slow),
    pytest.param("uv pip install --python ../venv '.[bundled]'", "venv/bin", id="uv pip", marks=pytest.mark.slow),
    pytest.param("pip install -e '.[bundled]'", "venv/bin", id="pip, editable", marks=pytest.mark.slow),
    pytest.param("pip install -e '.[dev]'", "venv/bin", id="pip, editable, to develop", marks=pytest.mark.slow),
    pytest.param("pipx install --python {python} '.[bundled]'", "bin", id="pipx, from a clone", marks=pytest.mark.slow),
    pytest.param("pipx install --python {python} '{git}'", "bin", id="pipx, from git", marks=pytest.mark.slow),
]


def install(line: str, clone: Path, place: Place, python: str = PYTHONS[0]) -> None:
    """Run the line as a user types it in the clone; `pip` is that of a new environment beside it."""
    if "pip " in line:
        place.run(f"[ -d venv ] || {python} -m venv venv")
    git = f"ducktracker[bundled] @ git+file://{clone}"
    place.run(f"PATH={place.folder}/venv/bin:$PATH; " + line.format(python=python, clone=clone, git=git), where=clone)


@pytest.mark.parametrize(("line", "commands"), WAYS)
def test_a_way_to_install(line: str, commands: str, clone: Path, place: Place) -> None:
    install(line, clone, place)
    check_installed(place, place.folder / commands)


@pytest.mark.slow
@pytest.mark.parametrize("python", PYTHONS[1:])
@pytest.mark.parametrize("line", ["pip install '.[bundled]'", "pip install -e '.[bundled]'"])
def test_newer_pythons(line: str, python: str, clone: Path, place: Place) -> None:
    install(line, clone, place, python)
    check_installed(place, place.folder / "venv/bin")


@pytest.mark.slow
def test_uvx(clone: Path, place: Place) -> None:
    line = f"uvx --python {PYTHONS[0]} --from '.[bundled]' ducktracker --version"
    assert "DuckLake not found" not in place.run(line, where=clone)


COMMIT = "git -c user.name=a -c user.email=a@example.invalid commit -qam change"
CHANGE = f"echo 'CHANGED = True' >>packages/dt-contract/src/dt_contract/__init__.py; {COMMIT}"
AGAIN = [
    pytest.param("uv tool install '.[bundled]'", "", "tools/ducktracker/bin", id="uv tool, from a clone"),
    pytest.param("pip install '.[bundled]'", "", "venv/bin", id="pip, from a clone"),
    pytest.param("pip install -e '.[bundled]'", "", "venv/bin", id="pip, editable"),
    pytest.param("uv pip install --python ../venv '.[bundled]'", "", "venv/bin", id="uv pip"),
    pytest.param("pipx install '.[bundled]'", "--force", "pipx/venvs/ducktracker/bin", id="pipx, from a clone"),
    pytest.param("uv tool install '{git}'", "--upgrade", "tools/ducktracker/bin", id="uv tool, from git"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("line", "again", "python"), AGAIN)
def test_a_second_installation_has_what_changed(line: str, again: str, python: str, clone: Path, place: Place) -> None:
    install(line, clone, place)
    place.run(CHANGE, where=clone)
    install(f"{line} {again}", clone, place)
    place.run(f"{python}/python -c 'import dt_contract; dt_contract.CHANGED'")


WITHOUT = [
    pytest.param("pip install .", "venv/bin", id="pip, from a clone"),
    pytest.param("pip install git+file://{clone}", "venv/bin", id="pip, from git"),
    pytest.param("uv tool install --python {python} .", "bin", id="uv tool, from a clone"),
    pytest.param("uv tool install --python {python} git+file://{clone}", "bin", id="uv tool, from git"),
    pytest.param("pipx install --python {python} .", "bin", id="pipx, from a clone"),
]
OFFLINE = "export https_proxy=http://127.0.0.1:1 http_proxy=http://127.0.0.1:1; "


@pytest.mark.slow
@pytest.mark.parametrize(("line", "commands"), WITHOUT)
def test_without_the_extensions_a_command_says_what_installs_them(
    line: str, commands: str, clone: Path, place: Place
) -> None:
    install(line, clone, place)
    binaries = place.folder / commands
    place.run(f"mkdir lake; cd lake; {binaries}/ducktracker init . --backend ducklake-duckdb")
    place.run("echo 'SELECT 1;' >lake/migrations/V1__one.sql")
    said = place.run(f"{OFFLINE} cd lake; {binaries}/ducktracker migrate 2>&1 || true")
    (hint,) = re.findall(r"^hint: run (.*), or set connection.extensions_path$", said, re.MULTILINE)
    install(hint, clone, place)
    place.run("rm -r lake")
    check_installed(place, place.folder / commands)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "frozen"),
    [
        pytest.param("pip install '.[bundled]'", "ducktracker @ file://{clone}", id="a clone"),
        pytest.param("pip install git+file://{clone}", "ducktracker @ git+file://{clone}@{commit}", id="git"),
    ],
)
def test_freeze_names_one_distribution_that_can_be_installed(line: str, frozen: str, clone: Path, place: Place) -> None:
    install(line, clone, place)
    commit = place.run("git rev-parse HEAD", where=clone).strip()
    ours = [line for line in place.run("venv/bin/pip freeze").splitlines() if line.startswith(("dt", "ducktracker"))]
    assert ours == [frozen.format(clone=clone, commit=commit)]
    place.run("venv/bin/pip freeze >wanted.txt; python3 -m venv again; again/bin/pip install -U pip")
    place.run("again/bin/pip install --no-deps -r wanted.txt")
