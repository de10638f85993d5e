"""A network that stalls: between us and PostgreSQL stands a proxy that stops handing on what it is given."""

import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from support.faults import finishes, reached_by, states, told
from support.postgres import Postgres
from support.project import Project
from support.running import ended, started

ROWS = 500
TABLE = "CREATE TABLE {} AS SELECT range::INTEGER AS i FROM range(500);"
SOCKET = ".s.PGSQL.5432"


class Proxy:
    """Hands on bytes in both directions until so many from the client have passed; `stalled` tells that it stopped."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder = folder
        self.limit = 10**9
        self.stalled = threading.Event()
        self._server = server
        self._passed = 0
        self._sockets: list[socket.socket] = []
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / SOCKET))
        self._listening.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for end in [self._listening, *self._sockets]:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._server / SOCKET))
                self._sockets += [client, server]
                for pair in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._hand_on, args=pair, daemon=True).start()

    def _hand_on(self, source: socket.socket, target: socket.socket, is_client: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._passed += len(data) if is_client else 0
                if self._passed > self.limit:
                    self.stalled.set()
                    return
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy(postgres: Postgres, tmp_path: Path) -> Iterator[Proxy]:
    """A proxy before the server, which lets everything through."""
    folder = tmp_path / "s"
    folder.mkdir()
    made = Proxy(folder, Path(postgres.host))
    yield made
    made.close()


@pytest.fixture
def project(postgres_project: Project, postgres: Postgres) -> Project:
    """A lake with one migration applied, and one that waits."""
    postgres_project.migration("V1__ducks.sql", TABLE.format("ducks"))
    assert postgres_project.main("migrate").code == 0
    postgres_project.migration("V2__geese.sql", TABLE.format("geese"))
    return postgres_project


def through(project: Project, postgres: Postgres, proxy: Proxy, more: str = "") -> None:
    reached_by(project, postgres, more=f"host={proxy.folder} {more}")


def test_a_server_that_never_answers(project: Project, postgres: Postgres, proxy: Proxy) -> None:
    through(project, postgres, proxy, "connect_timeout=2")
    proxy.limit = 0
    for command in ("info", "migrate"):
        told(project.main(command))
    reached_by(project, postgres)
    finishes(project, ROWS)


@pytest.mark.parametrize(
    "limit",
    [100, *(pytest.param(limit, marks=pytest.mark.slow) for limit in (1000, 3000, 6000))],
)
def test_ctrl_c_when_the_network_has_stalled(project: Project, postgres: Postgres, proxy: Proxy, limit: int) -> None:
    through(project, postgres, proxy, "connect_timeout=300")
    proxy.limit = limit
    with started(project, "migrate") as process:
        assert proxy.stalled.wait(60)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        ran = ended(process)
    # A second is for the clean end, the rest for a busy machine.
    assert time.monotonic() - began < 10
    assert (ran.code, ran.err) == (130, "ducktracker: interrupted\n")
    proxy.close()
    reached_by(project, postgres)
    states(project)
    finishes(project, ROWS)
