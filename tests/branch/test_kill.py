"""kill -9 at random moments of dt-branch: the lake is untouched, no half branch is there, and the next run is clean."""

import os
import time
from pathlib import Path
from random import Random

import pytest

from dt_config.config import Config
from support.backends import Catalogs
from support.plain_branch import state
from support.postgres import Postgres
from support.project import Project
from support.running import await_silence, started


@pytest.mark.parametrize("kills", [2, pytest.param(50, marks=pytest.mark.slow)])
def test_killed_while_it_makes_a_branch(
    project: Project, rich_lake_server: Catalogs, rich_lake: Config, kills: int
) -> None:
    random = Random(f"{project.backend} {kills}")
    before = state(rich_lake, rich_lake_server)
    target = project.folder / "try.db"
    reached = set()
    for number in range(kills):
        reached.add(_run_and_kill(project, target, number and random.uniform(0, 0.15)))
        if isinstance(rich_lake_server, Postgres):
            await_silence(rich_lake_server, project)
        assert state(rich_lake, rich_lake_server) == before
        _is_whole_or_not_there(project, target)
    assert "draft" in reached
    made = project.run("try.db", command="dt-branch")
    assert (made.code, made.err) == (0, "")
    assert made.json["counts"]["tables"] == 8
    assert [draft for draft in project.folder.glob(".try.db.*") if not _runs(int(draft.name.split(".")[3]))] == []
    assert state(rich_lake, rich_lake_server) == before


def _run_and_kill(project: Project, target: Path, delay: float) -> str:
    """The kill comes a little later than the first file; return what was there then."""
    with started(project, str(target), command="dt-branch") as process:
        while process.poll() is None and not [*target.parent.glob(".try.db.*")]:
            pass
        time.sleep(delay)
        process.kill()
        process.wait()
    return "target" if target.exists() else "draft" if [*target.parent.glob(".try.db.*")] else "nothing"


def _is_whole_or_not_there(project: Project, target: Path) -> None:
    if target.exists():
        assert len(project.call("dt-snapshot", "--metadata", str(target)).json["tables"]) == 8
        target.unlink()


def _runs(pid: int) -> bool:
    """Whether another process has the number of one that was killed: its draft is left for a later run then."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
