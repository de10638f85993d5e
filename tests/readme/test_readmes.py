"""Runs every code block of every README; tests/support/blocks.py says how."""

import json
import shlex
import sys
from pathlib import Path

import duckdb
import pytest

from support.blocks import READMES, ROOT, Block, commands, matches, read_blocks
from support.commands import clean_environment, run
from support.session import Session


@pytest.mark.parametrize("readme", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in READMES])
def test_readme(readme: Path, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    session = Session(folder, clean_environment(tmp_path / "home"), tmp_path / "state")
    for block in read_blocks(readme):
        problem = check(block, session, tmp_path)
        assert problem is None, f"{readme.relative_to(ROOT)}:{block.line}: {problem}"


def check(block: Block, session: Session, scratch: Path) -> str | None:
    """Runs or reads one block and gives what is wrong with it."""
    if block.language in {"bash", "sh"}:
        return None if "install" in block.options else check_exit(session.run(block.text), block.exit or 0)
    if block.language == "console":
        return check_console(block, session)
    if block.language == "python":
        return check_exit(session.run(f"{shlex.quote(sys.executable)} -c {shlex.quote(block.text)}"), 0)
    if "title" in block.options:
        session.write(block.options["title"], block.text)
    match block.language:
        case "toml":
            return check_toml(block.text, scratch / "toml")
        case "sql":
            duckdb.extract_statements(block.text)
        case "json":
            json.loads(block.text)
        case "text":
            pass
        case other:
            return f"no rule for a block of {other or 'no'} language; see tests/support/blocks.py"
    return None


def check_exit(ended: tuple[int, str], expected: int) -> str | None:
    code, printed = ended
    return None if code == expected else f"exit code {code}:\n{printed}"


def check_console(block: Block, session: Session) -> str | None:
    steps = commands(block.text)
    for number, (command, expected) in enumerate(steps, start=1):
        code, printed = session.run(command)
        allowed = {0, 1} if block.exit is None or number < len(steps) else {block.exit}
        if code not in allowed:
            return f"`{command}` has exit code {code}:\n{printed}"
        if not matches(expected, printed):
            return f"`{command}` prints\n{printed}"
    return None


def check_toml(text: str, folder: Path) -> str | None:
    folder.mkdir(exist_ok=True)
    (folder / "ducktracker.toml").write_text(text, encoding="utf-8")
    resolved = run("dt-config", folder=folder, environment=clean_environment(folder / "home"))
    return None if resolved.code == 0 else resolved.err
