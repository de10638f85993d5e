"""The commands as a user runs them: as processes, in pipelines, or in this process, in a clean environment."""

import contextlib
import importlib
import io
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

SCRIPTS = sysconfig.get_path("scripts")
"""Where pip put the commands of this environment."""

_UNWANTED = ("DUCKTRACKER_", "PG", "AWS_", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "XDG_")


class Ran(NamedTuple):
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it wrote on stdout, as the JSON that it must be."""
        assert self.out, self.err
        return json.loads(self.out)


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a user who set nothing: an empty home, and our commands first on PATH."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_UNWANTED)}
    return kept | {"HOME": str(home), "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"} | more


def run(command: str, *argv: str, folder: Path, environment: Mapping[str, str], stdin: str = "") -> Ran:
    """Run a command of this environment as a process."""
    return _process([f"{SCRIPTS}/{command}", *argv], folder, environment, stdin)


def shell(line: str, *, folder: Path, environment: Mapping[str, str], stdin: str = "", pipefail: bool = True) -> Ran:
    """Run a line of bash; with `pipefail` its exit code is that of the last command in the pipeline that failed."""
    return _process(["bash", "-o" if pipefail else "+o", "pipefail", "-c", line], folder, environment, stdin)


def main_module(command: str) -> str:
    """Return the module whose `main` a command calls."""
    package = command.replace("-", "_")
    return f"{package}.cli.main" if package == "ducktracker" else f"{package}.cli"


def call(command: str, *argv: str, folder: Path, environment: Mapping[str, str], stdin: str = "") -> Ran:
    """Run a command's `main` in this process, which is about ten times quicker."""
    main = importlib.import_module(main_module(command)).main
    given, out, err = _stream(stdin), _stream(), _stream()
    with (
        contextlib.chdir(folder),
        patch.dict(os.environ, environment, clear=True),
        patch.multiple(sys, stdin=given, stdout=out, stderr=err),
    ):
        try:
            code = main(argv)
        except SystemExit as end:
            code = end.code or 0
    return Ran(int(code), _text(out), _text(err))


def _process(command: list[str], folder: Path, environment: Mapping[str, str], stdin: str) -> Ran:
    ended = subprocess.run(command, cwd=folder, env=environment, input=stdin.encode(), capture_output=True, timeout=120)
    return Ran(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def _stream(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline="", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    data: bytes = stream.buffer.getvalue()  # type: ignore[attr-defined]
    return data.decode()
