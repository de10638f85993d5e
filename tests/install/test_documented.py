"""The lines of the READMEs' installation blocks (`bash install`), run on a copy of the checkout."""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from support.blocks import READMES, ROOT, read_blocks
from support.commands import clean_environment

INSTALLS = ("pip install .", "pip install -e .", 'pip install -e ".[dev]"')
SCRIPTS = ("scripts/demo", "scripts/test", ".ci/run")
COMMANDS = ("ducktracker", "dt-config", "dt-scan", "dt-history", "dt-snapshot", "dt-diff")


def test_every_line_of_an_installation_block_is_known() -> None:
    blocks = [block for path in READMES for block in read_blocks(path) if "install" in block.options]
    lines = {line.partition("  #")[0].strip() for block in blocks for line in block.text.splitlines() if line}
    unknown = {
        line
        for line in lines
        if not line.startswith(("git clone ", "cd ", "#", "hatch ", "scripts/test ", "scripts/bench "))
    }
    assert unknown <= {*INSTALLS, *SCRIPTS}


@pytest.mark.parametrize("line", ["pip install .", 'pip install -e ".[dev]"'])
def test_an_installation_gives_every_command(line: str, tmp_path: Path) -> None:
    unwanted = shutil.ignore_patterns(".venv", ".git", "__pycache__", ".*_cache", ".hypothesis")
    checkout = shutil.copytree(ROOT, tmp_path / "checkout", ignore=unwanted)
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    if "dev" in line:
        _lend_tools(tmp_path / "venv")
    environment = clean_environment(tmp_path / "home")
    environment["PATH"] = f"{tmp_path}/venv/bin:{environment['PATH']}"
    subprocess.run(["bash", "-c", line], cwd=checkout, env=environment, check=True, capture_output=True)
    for command in COMMANDS:
        told = subprocess.run([tmp_path / "venv/bin" / command, "--version"], env=environment, capture_output=True)
        assert (told.returncode, told.stdout.split()[:1]) == (0, [command.encode()])
    extensions = "import duckdb_extension_ducklake, duckdb_extension_postgres_scanner, duckdb_extension_httpfs"
    subprocess.run([tmp_path / "venv/bin/python", "-c", extensions], check=True)


def _lend_tools(venv: Path) -> None:
    """Lets pip find the tools of development where these tests have them: to install them again takes a minute."""
    (folder,) = venv.glob("lib/python*/site-packages")
    (folder / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")


def test_the_demo_ends_well_and_leaves_nothing(tmp_path: Path) -> None:
    environment = clean_environment(tmp_path / "home", TMPDIR=str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    ended = subprocess.run([ROOT / "scripts/demo"], env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "$ ducktracker migrate\n" in ended.stdout
    assert list((tmp_path / "temporary").iterdir()) == []
