"""What all the pyproject.toml files must agree on."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(path.name for path in (ROOT / "packages").iterdir() if (path / "pyproject.toml").exists())


def project(folder: Path) -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return project


def test_the_two_lists_of_development_tools_are_one() -> None:
    root = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert root["project"]["optional-dependencies"]["dev"] == root["dependency-groups"]["dev"]


def test_the_root_installs_every_package() -> None:
    listed = [dependency.partition(" @ ")[0].partition("[")[0] for dependency in project(ROOT)["dependencies"]]
    assert sorted(listed) == PACKAGES


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_shares_version_python_and_licence(package: str) -> None:
    shared = ("version", "requires-python", "license")
    root, mine = project(ROOT), project(ROOT / "packages" / package)
    assert {key: mine[key] for key in shared} == {key: root[key] for key in shared}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_pins_its_siblings(package: str) -> None:
    mine = project(ROOT / "packages" / package)
    siblings = [dependency for dependency in mine["dependencies"] if dependency.split("==")[0] in PACKAGES]
    assert all(dependency.endswith(f"=={mine['version']}") for dependency in siblings)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_typed_and_has_a_readme(package: str) -> None:
    folder = ROOT / "packages" / package
    assert (folder / "src" / package.replace("-", "_") / "py.typed").exists()
    assert (folder / "README.md").read_text().startswith(f"# {package}\n")
