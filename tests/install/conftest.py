"""A clone of this checkout that tests may change, and places to install it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support.blocks import ROOT
from support.commands import clean_environment
from support.installing import Place

_UNWANTED = shutil.ignore_patterns(".venv", ".git", "__pycache__", ".*_cache", ".hypothesis", "dist")
_COMMIT = "git init -q; git add -A; git -c user.name=a -c user.email=a@example.invalid commit -qm all"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The files of this checkout, committed to a repository of their own."""
    copy = shutil.copytree(ROOT, tmp_path / "clone", ignore=_UNWANTED)
    subprocess.run(["bash", "-ec", _COMMIT], cwd=copy, env=clean_environment(tmp_path / "home"), check=True)
    return copy


@pytest.fixture
def place(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A user who has installed nothing yet. What was downloaded before is kept for all tests of this run."""
    cache = Path(os.environ.get("DUCKTRACKER_TEST_CACHE") or tmp_path_factory.getbasetemp() / "downloads")
    folders = {
        "UV_CACHE_DIR": cache / "uv",
        "PIP_CACHE_DIR": cache / "pip",
        "UV_TOOL_DIR": tmp_path / "tools",
        "PIPX_HOME": tmp_path / "pipx",
        "UV_TOOL_BIN_DIR": tmp_path / "bin",
        "PIPX_BIN_DIR": tmp_path / "bin",
    }
    return Place(tmp_path, clean_environment(tmp_path / "home", **{name: str(path) for name, path in folders.items()}))
