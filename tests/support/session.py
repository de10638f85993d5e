"""A shell session of which each step is a process of its own."""

import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_STEP = """\
source {state}
trap 'code=$?; {{ export -p; printf "cd %q\\n" "$PWD"; }} >{state}; exit $code' EXIT
set -eo pipefail
"""


@dataclass(frozen=True)
class Session:
    """A session that begins in `folder`. `state` is a file that holds its variables and its working directory."""

    folder: Path
    environment: Mapping[str, str]
    state: Path

    def run(self, script: str) -> tuple[int, str]:
        """Run bash and return its exit code, with stdout and stderr as a terminal would mix them."""
        self.state.touch()
        text = _STEP.format(state=shlex.quote(str(self.state))) + script
        ended = subprocess.run(
            ["bash", "-c", text],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        return ended.returncode, ended.stdout

    def write(self, path: str, text: str) -> None:
        """Write a file, relative to where the session is; folders on the way are made."""
        _, where = self.run("pwd")
        target = Path(where.rstrip("\n")) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
