"""The lines of the documents about installing: each is known, and most of them run in test_ways.py."""

import re
import subprocess
from pathlib import Path

from support.blocks import READMES, ROOT, read_blocks
from support.commands import clean_environment

KNOWN = (
    "uv tool install '.[bundled]'",
    "pipx install '.[bundled]'",
    "pip install '.[bundled]'",
    "pip install -e '.[dev]'",
)
SCRIPTS = ("scripts/demo", "scripts/test", ".ci/run")

_INSTALLING = re.compile(r"(?:\b(?:uv tool|uv pip|pipx|pip) install|uvx --from) [^\n]*")


def test_every_line_of_an_installation_block_is_known() -> None:
    blocks = [block for path in READMES for block in read_blocks(path) if "install" in block.options]
    lines = {line.partition("  #")[0].strip() for block in blocks for line in block.text.splitlines() if line}
    unknown = {line for line in lines if not line.startswith(("#", "hatch ", "scripts/test ", "scripts/bench "))}
    assert unknown <= {*KNOWN, *SCRIPTS}


def test_whoever_is_told_to_install_is_told_of_the_extensions() -> None:
    lines = {line for path in READMES for line in _INSTALLING.findall(path.read_text())}
    assert {line for line in lines if not re.search(r"\[(bundled|dev)\]", line)} == set()


def test_the_demo_ends_well_and_leaves_nothing(tmp_path: Path) -> None:
    environment = clean_environment(tmp_path / "home", TMPDIR=str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    ended = subprocess.run([ROOT / "scripts/demo"], env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "$ ducktracker migrate\n" in ended.stdout
    assert list((tmp_path / "temporary").iterdir()) == []
