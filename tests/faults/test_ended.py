"""Sessions that end at random moments of a run, which loses nothing and records no failure."""

import random
import time

import pytest

from support.faults import database_of, finishes, told
from support.postgres import Postgres
from support.project import Project
from support.running import ended, started

ROWS = 500
TABLE = "CREATE TABLE {} AS SELECT range::INTEGER AS i FROM range(500);"
BIRDS = ("ducks", "geese", "swans", "coots", "grebes", "herons")


def rounds(few: int, all_: int) -> list[object]:
    return [*range(few), *(pytest.param(number, marks=pytest.mark.slow) for number in range(few, all_))]


def prepared(project: Project) -> Project:
    """A lake with one migration applied, and five that wait."""
    for version, bird in enumerate(BIRDS, 1):
        project.migration(f"V{version}__{bird}.sql", TABLE.format(bird))
    assert project.main("migrate", "--target", "1").code == 0
    return project


@pytest.mark.parametrize("seed", rounds(3, 40))
def test_each_session_is_ended(postgres_project: Project, postgres: Postgres, seed: int) -> None:
    project = prepared(postgres_project)
    end = f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{database_of(project)}'"
    with started(project, "migrate", "--transaction", "each") as process:
        time.sleep(random.Random(seed).uniform(0.2, 1.5))
        postgres.execute(end)
        ran = ended(process)
    if ran.code:
        told(ran)
    finishes(project, ROWS)
