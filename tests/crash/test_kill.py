"""kill -9 at random moments of a run: history and schema agree, and the next run goes on from there."""

import time
from pathlib import Path
from random import Random
from typing import Any

import pytest

from support import forty
from support.backends import BACKENDS
from support.postgres import Postgres
from support.project import Project
from support.running import await_silence, read_lines, started

MODES = ("auto", "each", "group", "all")
KILLS = 5
"""In a row on one lake."""


def cases() -> list[Any]:
    """60 rows of kills, which is 300 moments; 6 of them, which is 30, run quickly."""
    found = []
    for seed in range(5):
        for row, mode in enumerate(MODES):
            for column, backend in enumerate(BACKENDS):
                is_quick = seed == 0 and (row + column) % 2 == 0
                marks = [] if is_quick else [pytest.mark.slow]
                found.append(pytest.param(backend, mode, seed, marks=marks, id=f"{backend}, {mode}, row {seed}"))
    return found


@pytest.mark.parametrize(("backend", "mode", "seed"), cases())
def test_killed_in_a_run(request: pytest.FixtureRequest, backend: str, mode: str, seed: int) -> None:
    project: Project = request.getfixturevalue(f"{backend}_project")
    random = Random(f"{backend} {mode} {seed}")
    forty.write(project)
    reached = 0
    for _ in range(KILLS):
        _run_and_kill(project, mode, random)
        if backend == "postgres":
            await_silence(request.getfixturevalue("postgres"), project)
        now = _applied(project)
        assert now >= reached
        reached = now
    finished = project.run("migrate", "--transaction", mode)
    assert (finished.code, finished.err) == (0, "")
    assert finished.out.count("applied  V") == forty.COUNT - reached
    assert forty.applied(project) == forty.COUNT


def _run_and_kill(project: Project, mode: str, random: Random) -> None:
    """The kill comes after some migrations were reported, and a little later; at first maybe before the first one."""
    lines, delay = random.choice((0, 1, 2, 5, 9)), random.uniform(0, 0.05)
    if mode == "all" or lines == 0:
        lines, delay = 0, random.uniform(0.1, 1.5)
    with started(project, "migrate", "--transaction", mode) as process:
        read_lines(process, lines)
        time.sleep(delay)
        process.kill()


def _applied(project: Project) -> int:
    if project.backend != "postgres" and not Path(project.source.removeprefix("sqlite:")).exists():
        return 0
    return forty.applied(project)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
@pytest.mark.parametrize("backend", ["duckdb", "sqlite"])
def test_killed_while_it_makes_a_file(request: pytest.FixtureRequest, backend: str, seed: int) -> None:
    """The lake is made beside its place, so that there is all of it or nothing."""
    project: Project = request.getfixturevalue(f"{backend}_project")
    forty.write(project, 2)
    with started(project, "migrate") as process:
        while process.poll() is None and not [*project.folder.glob(".lake.*.making*")]:
            pass
        time.sleep(Random(seed).uniform(0, 0.03))
        process.kill()
    assert project.main("info").code == 0
    finished = project.main("migrate")
    assert (finished.code, finished.err) == (0, "")
    assert forty.applied(project) == 2
    assert not [*project.folder.glob(".lake.*.making*")]


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
def test_killed_while_it_makes_a_lake_in_postgresql(postgres_project: Project, postgres: Postgres, seed: int) -> None:
    forty.write(postgres_project, 2)
    query = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname LIKE 'lake_%'"
    with started(postgres_project, "migrate") as process:
        while process.poll() is None and postgres.execute(query) == "0\n":
            pass
        time.sleep(Random(seed).uniform(0, 0.1))
        process.kill()
    await_silence(postgres, postgres_project)
    assert postgres_project.main("info").code == 0
    finished = postgres_project.main("migrate")
    assert (finished.code, finished.err) == (0, "")
    assert forty.applied(postgres_project) == 2


def test_every_migration_leaves_its_mark(project: Project) -> None:
    """So that a double run, or one without its record, is seen in these tests."""
    forty.write(project, 10)
    assert project.main("migrate", "--transaction", "each").code == 0
    assert forty.applied(project) == 10
    project.sql("INSERT INTO log VALUES (5)")
    with pytest.raises(AssertionError):
        forty.applied(project)
