"""The command that adds the extensions to an installation: one for each way in which it may have been installed."""

import json
import sys
from pathlib import Path

import pytest

from dt_lake.installed import bundled_command

CLONE = {"url": "file:///home/ann/ducktracker", "dir_info": {}}
GIT = {"url": "https://example.com/d.git", "vcs_info": {"vcs": "git", "commit_id": "1f", "requested_revision": "v1"}}


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment with nothing in it, as the interpreter's own."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    return tmp_path


def install(environment: Path, installer: str, origin: dict[str, object] | None = None, receipt: str = "") -> None:
    """Write what an installer leaves of a ducktracker."""
    folder = environment / "ducktracker-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Name: ducktracker\nVersion: 1\n")
    (folder / "INSTALLER").write_text(installer)
    if origin:
        (folder / "direct_url.json").write_text(json.dumps(origin))
    if receipt:
        (environment / receipt).touch()


UV, PIPX = "uv-receipt.toml", "pipx_metadata.json"


@pytest.mark.parametrize(
    ("installer", "origin", "receipt", "command"),
    [
        pytest.param("pip", None, "", "pip install 'ducktracker[bundled]'", id="pip"),
        pytest.param("pip", CLONE, "", "pip install 'ducktracker[bundled]'", id="pip keeps what is installed"),
        pytest.param("uv", None, "", "uv pip install 'ducktracker[bundled]'", id="uv pip"),
        pytest.param("uv", None, UV, "uv tool install 'ducktracker[bundled]'", id="uv tool, from an index"),
        pytest.param(
            "uv",
            CLONE,
            UV,
            "uv tool install 'ducktracker[bundled] @ file:///home/ann/ducktracker'",
            id="uv tool, from a clone",
        ),
        pytest.param(
            "pip",
            GIT,
            PIPX,
            "pipx install --force 'ducktracker[bundled] @ git+https://example.com/d.git@v1'",
            id="pipx, from git",
        ),
    ],
)
def test_command(
    installer: str, origin: dict[str, object] | None, receipt: str, command: str, environment: Path
) -> None:
    install(environment, installer, origin, receipt)
    assert bundled_command() == command


@pytest.mark.usefixtures("environment")
def test_a_library_alone_is_no_installation_of_ducktracker() -> None:
    assert bundled_command() == "pip install 'ducktracker[bundled]'"
