"""What all the pyproject.toml files, hatch.toml and the one distribution must agree on."""

import tomllib
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from dt_contract import __version__

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(path.name for path in (ROOT / "packages").iterdir() if (path / "pyproject.toml").exists())
DISTRIBUTIONS = {package: "ducktracker-umbrella" if package == "ducktracker" else package for package in PACKAGES}


def read(file: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / file).read_text())


def project(package: str) -> dict[str, Any]:
    found: dict[str, Any] = read(f"packages/{package}/pyproject.toml")["project"]
    return found


MEMBERS = {package: project(package) for package in PACKAGES}


def siblings(package: str) -> set[str]:
    """Return the packages that a package needs, directly or not, and itself."""
    names = {name: folder for folder, name in DISTRIBUTIONS.items()}
    direct = {names[text] for text in MEMBERS[package]["dependencies"] if text in names}
    return {package}.union(*(siblings(name) for name in direct))


def requirements(texts: list[str]) -> set[str]:
    """Return the requirements of others, all spelled in the same way, without their markers."""
    found = [Requirement(text) for text in texts]
    for requirement in found:
        requirement.marker = None
    return {str(requirement) for requirement in found if requirement.name not in DISTRIBUTIONS.values()}


def declared(extra: str = "") -> set[str]:
    """Return what the installed distribution requires, always or for an extra."""
    marker = f"extra == '{extra}'" if extra else ""
    return requirements(
        [text for text in distribution("ducktracker").requires or () if text.partition("; ")[2] == marker]
    )


def test_the_distribution_requires_what_its_members_do() -> None:
    assert declared() == requirements([text for member in MEMBERS.values() for text in member["dependencies"]])


def test_no_two_members_want_different_versions() -> None:
    names = [Requirement(text).name for text in declared()]
    assert sorted(names) == sorted(set(names))


def test_its_extra_bundled_is_that_of_its_members() -> None:
    extras = [member.get("optional-dependencies", {}).get("bundled", []) for member in MEMBERS.values()]
    assert declared("bundled") == requirements([text for extra in extras for text in extra])
    assert all(text.startswith("duckdb-extension-") for text in declared("bundled"))


def test_its_extra_dev_is_the_dependency_group_and_what_is_bundled() -> None:
    assert declared("dev") == requirements(read("pyproject.toml")["dependency-groups"]["dev"]) | declared("bundled")


def test_its_commands_are_those_of_its_members() -> None:
    commands = [item for member in MEMBERS.values() for item in member.get("scripts", {}).items()]
    found = distribution("ducktracker").entry_points.select(group="console_scripts")
    assert sorted((entry.name, entry.value) for entry in found) == sorted(commands)


def test_the_version_is_written_once() -> None:
    assert distribution("ducktracker").version == __version__
    sources = {package: read(f"packages/{package}/pyproject.toml")["tool"]["hatch"]["version"] for package in PACKAGES}
    files = {ROOT / "packages" / package / source["path"] for package, source in sources.items()}
    assert {file.resolve() for file in files} == {ROOT / read("pyproject.toml")["tool"]["hatch"]["version"]["path"]}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_member_is_named_after_its_folder_and_never_uploaded(package: str) -> None:
    member = MEMBERS[package]
    assert member["name"] == DISTRIBUTIONS[package]
    assert member["classifiers"] == ["Private :: Do Not Upload"]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_shares_python_and_licence(package: str) -> None:
    root = read("pyproject.toml")["project"]
    assert all(MEMBERS[package][key] == root[key] for key in ("requires-python", "license"))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_typed_and_has_a_readme(package: str) -> None:
    folder = ROOT / "packages" / package
    assert (folder / "src" / package.replace("-", "_") / "py.typed").exists()
    assert (folder / "README.md").read_text().startswith(f"# {package}\n")


@pytest.mark.parametrize("package", PACKAGES)
def test_alone_installs_a_package_and_the_packages_that_it_needs(package: str) -> None:
    alone = read("hatch.toml")["envs"]["alone"]
    assert package in alone["matrix"][0]["package"]
    members = alone["overrides"]["matrix"]["package"]["workspace"]["members"]
    installed = {Path(member["value"]).name for member in members if package in member.get("if", [package])}
    assert installed == siblings(package)
