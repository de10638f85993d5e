"""kill -9 at random moments of plan: the lake is untouched, what is left is removed by the next one, which is clean."""

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

MIGRATIONS = {
    "V1__rows.sql": "INSERT INTO bigger SELECT range, 'x' FROM range(100000);\nDELETE FROM merged WHERE a < 120;\n"
    "UPDATE small SET s = 'x';\nCREATE TABLE copy AS FROM types;",
    "V2__ddl.sql": "ALTER TABLE parts ADD COLUMN c INTEGER;\nALTER TABLE bigger RENAME COLUMN text TO words;\n"
    "ALTER TABLE small DROP COLUMN c;\nDROP TABLE flushed;",
    "V3__more.sql": 'INSERT INTO small SELECT range, \'y\' FROM range(1000);\nDROP SCHEMA "odd ""schema" CASCADE;',
}
FOLDER, BRANCH = "ducktracker-branch-*", "ducktracker-branch-*/branch.db"


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_killed_while_it_plans(
    project: Project, rich_lake_server: Catalogs, rich_lake: Config, tmp_path: Path, kills: int
) -> None:
    temporary, random = tmp_path / "temporary", Random(f"{project.backend} {kills}")
    temporary.mkdir()
    project = project.with_environment(TMPDIR=str(temporary))
    for name, sql in MIGRATIONS.items():
        project.migration(name, sql)
    before = state(rich_lake, rich_lake_server)
    planned, seconds = _planned(project)
    reached = set()
    for number in range(kills):
        # Often enough the very moment of either sign.
        delay = random.uniform(0, seconds) if number % 10 > 1 else 0
        reached.add(_run_and_kill(project, temporary, (FOLDER, BRANCH)[number % 2], delay))
        if isinstance(rich_lake_server, Postgres):
            await_silence(rich_lake_server, project)
        assert state(rich_lake, rich_lake_server) == before
        assert len([*temporary.iterdir()]) <= 1
    assert {"a folder", "a branch"} <= reached
    assert _planned(project)[0] == planned
    assert [*temporary.iterdir()] == []
    assert state(rich_lake, rich_lake_server) == before


def _planned(project: Project) -> tuple[str, float]:
    begin = time.monotonic()
    ran = project.run("plan", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.json["migrations"]) == len(ran.json["snapshots"]) == len(MIGRATIONS)
    return ran.out, time.monotonic() - begin


def _run_and_kill(project: Project, temporary: Path, sign: str, delay: float) -> str:
    """The kill comes a little later than the first file that matches the sign; return what was there then."""
    known = {*temporary.glob(sign)}
    with started(project, "plan") as process:
        while process.poll() is None and not {*temporary.glob(sign)} - known:
            pass
        time.sleep(delay)
        is_over = process.poll() is not None
        process.kill()
        process.wait()
    return "the end" if is_over else "a branch" if [*temporary.glob(BRANCH)] else "a folder"
