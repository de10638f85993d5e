"""How ducktracker was installed, and so the command that installs it with DuckDB's extensions."""

import json
import shlex
import sys
from contextlib import suppress
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

_NAME = "ducktracker"


def bundled_command() -> str:
    """Return the line for a shell that adds the extra `bundled` to this installation.

    uv and pipx keep a file in the environment of a tool. They resolve everything again, so they need the origin, which
    PEP 610 records; pip and `uv pip` keep what is installed and only add what the extra needs.
    """
    ours: Distribution | None = None
    with suppress(PackageNotFoundError):
        ours = distribution(_NAME)
    prefix = Path(sys.prefix)
    if (prefix / "uv-receipt.toml").exists():
        return f"uv tool install {_requirement(_origin(ours))}"
    if (prefix / "pipx_metadata.json").exists():
        return f"pipx install --force {_requirement(_origin(ours))}"
    installer = ours.read_text("INSTALLER") if ours else None
    return f"{'uv pip' if installer == 'uv' else 'pip'} install {_requirement()}"


def _requirement(origin: str = "") -> str:
    return shlex.quote(f"{_NAME}[bundled]{origin and f' @ {origin}'}")


def _origin(ours: Distribution | None) -> str:
    """Return the URL that it was installed from, or "" if it came from an index."""
    recorded = json.loads((ours.read_text("direct_url.json") if ours else None) or "{}")
    if vcs := recorded.get("vcs_info"):
        revision = vcs.get("requested_revision")
        return f"{vcs['vcs']}+{recorded['url']}" + (f"@{revision}" if revision else "")
    return str(recorded.get("url", ""))
