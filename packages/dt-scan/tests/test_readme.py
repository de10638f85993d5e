import os
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
COMMANDS = ("dt-scan",)


def test_every_block_runs(tmp_path: Path) -> None:
    """The blocks run in order in one folder, shell and Python alike."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DUCKTRACKER_", "PG"))}
    environ["PATH"] = f"{_commands(tmp_path / 'bin')}{os.pathsep}{environ['PATH']}"
    (tmp_path / "work").mkdir()
    interpreters = {"sh": ["sh", "-euc"], "python": [sys.executable, "-c"]}
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```$", README.read_text(), re.DOTALL | re.MULTILINE):
        subprocess.run([*interpreters[language], block], cwd=tmp_path / "work", env=environ, check=True)


def _commands(folder: Path) -> Path:
    folder.mkdir()
    for command in COMMANDS:
        module = command.replace("-", "_")
        code = f"import sys; from {module}.cli import main; sys.exit(main())"
        (folder / command).write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -c "{code}" "$@"\n')
        (folder / command).chmod(0o755)
    return folder
