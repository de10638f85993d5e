"""Runs the README: each block of shell, in turn in one folder, prints the block of text after it."""

import os
import re
import subprocess
import sys
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = f"""#!{sys.executable}
import sys
from dt_diff.cli import main
sys.exit(main())
"""


def test_readme(tmp_path: Path) -> None:
    command = tmp_path / "bin" / "dt-diff"
    command.parent.mkdir()
    command.write_text(COMMAND)
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    shown = []
    for language, text in BLOCK.findall(README):
        if language == "sh":
            done = subprocess.run(
                ["bash", "-c", text], cwd=tmp_path, env=os.environ | {"PATH": path}, capture_output=True, text=True
            )
            assert done.stderr == ""
            shown += [("sh", text), ("text", done.stdout)]
    assert shown == BLOCK.findall(README)
