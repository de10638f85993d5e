"""Runs every code block of every README; tests/support/blocks.py says how."""

import json
import os
import re
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import yaml

from support.blocks import READMES, ROOT, Block, commands, matches, needs, read_blocks
from support.commands import clean_environment, run
from support.object_storage import bucket, endpoint
from support.postgres import Postgres
from support.session import Session
from support.v0_1_0 import old_project

__all__ = ["bucket", "endpoint"]


_INIT = "--backend ducklake-duckdb"
_FRONT = (ROOT / "README.md", ROOT / "packages/ducktracker/README.md")


def pages() -> list[object]:
    """All pages, and those that begin a project once more with a project on SQLite: the first two of them quickly."""
    found: list[object] = []
    for path in READMES:
        page = str(path.relative_to(ROOT))
        found.append(pytest.param(path, "duckdb", id=page))
        if _INIT in "".join(block.text for block in read_blocks(path)):
            marks = () if path in _FRONT else pytest.mark.slow
            found.append(pytest.param(path, "sqlite", id=f"{page} on SQLite", marks=marks))
    return found


def on(block: Block, backend: str) -> Block:
    """Return the block for a reader who chose another kind of file for the catalog."""
    text = block.text.replace(_INIT, f"--backend ducklake-{backend}")
    if backend == "sqlite":
        text = text.replace("ducklake_metadata.db", "ducklake_metadata.sqlite")
    return replace(block, text=text)


@pytest.mark.parametrize(("readme", "backend"), pages())
def test_readme(readme: Path, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    environment = clean_environment(tmp_path / "home") | services(needs(readme), tmp_path, request)
    session = Session(folder, environment, tmp_path / "state")
    for block in (on(block, backend) for block in read_blocks(readme)):
        problem = check(block, session, tmp_path)
        assert problem is None, f"{readme.relative_to(ROOT)}:{block.line}: {problem}"


def services(needed: set[str], folder: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """Start what a page needs; return the variables that lead there."""
    found: dict[str, str] = {}
    if "postgres" in needed:
        postgres: Postgres = request.getfixturevalue("postgres")
        found |= {"PGHOST": postgres.host, "PGUSER": "postgres", "PGDATABASE": postgres.new_database().name}
        found["PATH"] = f"{clean_environment(folder / 'home')['PATH']}{os.pathsep}{postgres.psql.parent}"
    if "s3" in needed:
        found |= {"TEST_BUCKET": request.getfixturevalue("bucket"), "TEST_SECRETS": str(folder / "secrets")}
    if "v0.1.0" in needed:
        found["TEST_OLD_PROJECT"] = str(old_project("committed", "history", folder).folder)
    return found


def check(block: Block, session: Session, scratch: Path) -> str | None:
    """Run or read one block and return what is wrong with it."""
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
        case "yaml":
            return check_workflow(block, session)
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


def check_workflow(block: Block, session: Session) -> str | None:
    """Run the steps of a workflow, without what installs the commands; expressions of GitHub are empty."""
    for job in yaml.safe_load(block.text).get("jobs", {}).values():
        for step in job["steps"]:
            lines = re.sub(r"\$\{\{.*?\}\}", "", step.get("run", "")).splitlines()
            script = "\n".join(line for line in lines if not line.startswith(("pip ", "uv ", "pipx ")))
            problem = check_exit(session.run(script), 0) if script else None
            if problem:
                return f"`{script}`: {problem}"
    return None


def check_toml(text: str, folder: Path) -> str | None:
    folder.mkdir(exist_ok=True)
    (folder / "ducktracker.toml").write_text(text, encoding="utf-8")
    resolved = run("dt-config", folder=folder, environment=clean_environment(folder / "home"))
    return None if resolved.code == 0 else resolved.err
