"""Ways to install ducktracker, and what must work then."""

import subprocess
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from support.blocks import ROOT

COMMANDS = sorted(distribution("ducktracker").entry_points.select(group="console_scripts").names)


@dataclass(frozen=True)
class Place:
    """A folder to install something in, and the environment of the user who does."""

    folder: Path
    environment: dict[str, str]

    def run(self, line: str, *, where: Path | None = None) -> str:
        """Run a line of bash that must succeed, and return what it prints."""
        shown = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", line],
            cwd=where or self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert shown.returncode == 0, f"{line}\n{shown.stdout}"
        return shown.stdout


def found_pythons() -> list[str]:
    """Return the interpreters of all supported versions that scripts/test finds too, the oldest first."""
    line = "source scripts/env.sh; for version in 3.11 3.12 3.13; do find_python $version || true; done"
    return subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True).stdout.split()


def check_installed(place: Place, commands: Path) -> None:
    """See that every command starts, and that a migration is applied to a new lake, without a network."""
    for command in COMMANDS:
        assert place.run(f"{commands}/{command} --version").startswith(f"{command} ")
    place.run(
        f"mkdir lake; cd lake; export https_proxy=http://127.0.0.1:1 PATH={commands}:/usr/bin:/bin; "
        "ducktracker init . --backend ducklake-duckdb; echo 'CREATE TABLE t (id INTEGER);' >migrations/V1__t.sql; "
        "ducktracker migrate; ducktracker drift; dt-snapshot | dt-diff - <(dt-snapshot); dt-scan --print-schema"
    )
