"""What the wheel and the sdist hold, and how they look on a package index."""

import email
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from support.blocks import ROOT

SOURCES = sorted(ROOT.glob("packages/*/src"))


def build(folder: Path, *what: str) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), *what, str(ROOT)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("built")
    build(folder)
    return folder


@pytest.fixture
def wheel(built: Path) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        yield archive


@pytest.fixture
def metadata(wheel: zipfile.ZipFile) -> Message:
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return email.message_from_bytes(wheel.read(name))


def test_the_wheel_holds_every_file_of_every_package_and_no_other(wheel: zipfile.ZipFile) -> None:
    files = [(file, source) for source in SOURCES for file in source.rglob("*") if file.is_file()]
    wanted = {file.relative_to(source).as_posix() for file, source in files if "__pycache__" not in file.parts}
    found = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert found == wanted
    assert {Path(name).suffix or Path(name).name for name in found} >= {".json", ".toml", ".md", "gitignore", ".typed"}


def test_the_wheel_has_a_licence(wheel: zipfile.ZipFile) -> None:
    (name,) = [name for name in wheel.namelist() if name.endswith("/LICENSE")]
    assert wheel.read(name) == (ROOT / "LICENSE").read_bytes()


def test_the_wheel_of_the_tree_is_that_of_the_sdist(built: Path, tmp_path: Path) -> None:
    build(tmp_path, "--wheel")
    (ours,), (theirs,) = tmp_path.glob("*.whl"), built.glob("*.whl")
    assert ours.name == theirs.name
    assert ours.read_bytes() == theirs.read_bytes()


def test_the_sdist_holds_what_git_does(built: Path) -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    wanted = {name for name in tracked.split("\0") if name and not name.startswith((".ci/", ".github/"))}
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        found = {name.partition("/")[2] for name in archive.getnames()}
    assert wanted - found == set()


def test_twine_finds_nothing(built: Path) -> None:
    command = [sys.executable, "-m", "twine", "check", "--strict", *map(str, built.iterdir())]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout


def test_the_authors_are_those_of_the_licence(metadata: Message) -> None:
    holders = re.search(r"^Copyright \(c\) (.*)$", (ROOT / "LICENSE").read_text(), re.MULTILINE)
    assert holders is not None
    assert (metadata["Author"], metadata["License-Expression"], metadata["License-File"]) == (
        holders[1],
        "MIT",
        "LICENSE",
    )


def test_an_index_finds_it_by_its_python_and_its_words(metadata: Message) -> None:
    classifiers = metadata.get_all("Classifier", [])
    pythons = {name.rpartition(" ")[2] for name in classifiers if re.search(r":: 3\.\d+$", name)}
    assert pythons == {"3.11", "3.12", "3.13"}
    assert {"ducklake", "migrations"} <= set(metadata["Keywords"].split(","))


def test_it_needs_nothing_by_an_address(metadata: Message) -> None:
    assert [text for text in metadata.get_all("Requires-Dist", []) if "@" in text] == []
    assert metadata.get_all("Project-URL") is None


def test_the_long_description_leads_nowhere_but_to_the_web_and_itself(metadata: Message) -> None:
    text = str(metadata.get_payload())
    headings = {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.*)$", text, re.M)
    }
    links = [
        target
        for pair in re.findall(r"\]\(([^)\s]+)|\]:\s+(\S+)|(?:href|src)=\"([^\"]+)", text)
        for target in pair
        if target
    ]
    assert links
    assert [link for link in links if not link.startswith("https://") and link.removeprefix("#") not in headings] == []
