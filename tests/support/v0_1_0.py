"""Projects made by ducktracker 0.1.0: the committed ones and, where a Python >= 3.12 is found, live ones."""

import functools
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import duckdb

from support.commands import clean_environment
from support.lakes import literal
from support.project import Project

ROOT = Path(__file__).parents[2]
FILES = ROOT / "tests/lake/v0_1_0"
PACKAGES = ("ducktracker==0.1.0", "duckdb==1.5.5", "duckdb-extension-ducklake==1.5.5")


def origins() -> list[str]:
    """Return `committed`, and `live` where 0.1.0 can run."""
    return ["committed", "live"] if newer_python() else ["committed"]


@functools.cache
def newer_python() -> str | None:
    """Return the version of a Python that 0.1.0 runs on, as scripts/env.sh finds it."""
    found = (version for version in ("3.12", "3.13") if _bash(f"find_python {version}").returncode == 0)
    return next(found, None)


def old_project(origin: str, name: str, folder: Path) -> Project:
    """Copy the project `history` or `baseline` of 0.1.0 into a folder; the lake's own record of its place follows."""
    target = folder / name
    if origin == "committed":
        with tarfile.open(FILES / "lakes.tar.xz") as archive:
            archive.extractall(folder, filter="data")
    else:
        shutil.copytree(Path(_live().name) / name, target)
    data_path = target / ("data" if name == "baseline" else "ducklake_metadata.db.files")
    _move(target / "ducklake_metadata.db", data_path)
    environment = clean_environment(folder / "home")
    return Project(target, environment, "duckdb", str(target / "ducklake_metadata.db"), str(data_path))


def _move(metadata: Path, data_path: Path) -> None:
    """Follow the folder: 0.1.0 stored a default data path as an absolute one, and a configured one as it was."""
    with duckdb.connect(str(metadata)) as connection:
        place = literal(f"{data_path}/")
        connection.execute(f"UPDATE ducklake_metadata SET value = {place} WHERE key = 'data_path' AND value LIKE '/%'")


@functools.cache
def _live() -> tempfile.TemporaryDirectory[str]:
    """Run make.py under ducktracker 0.1.0 in an environment of its own, which is kept for the next time."""
    packages = " ".join(PACKAGES)
    made = _bash(f'cd "$root" && make_env ducktracker-0.1.0 {newer_python()} {packages}')
    assert made.returncode == 0, made.stderr
    folder = tempfile.TemporaryDirectory()
    python = ROOT / ".venv/ducktracker-0.1.0/bin/python"
    subprocess.run([python, FILES / "make.py", folder.name], check=True, stdout=sys.stderr)
    return folder


def _bash(script: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-ec", f'source "{ROOT}/scripts/env.sh"\n{script}']
    return subprocess.run(command, capture_output=True, text=True)
