"""A network that stalls: between us and PostgreSQL stands a proxy that stops handing on what it is given."""

import signal
import time

import pytest

from support.faults import finishes, reached_by, states, told
from support.postgres import Postgres
from support.project import Project
from support.proxy import Proxy
from support.running import ended, started

ROWS = 500
TABLE = "CREATE TABLE {} AS SELECT range::INTEGER AS i FROM range(500);"
WRITES = b"ducklake_snapshot VALUES"
PROMPTLY = 5
"""Seconds: one is for the clean end, the rest for a busy machine. The network stays stalled."""


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
    proxy.stall_at()
    for command in ("info", "migrate"):
        told(project.main(command))
    reached_by(project, postgres)
    finishes(project, ROWS)


def stall(*words: bytes, of: str = "", applied: int = 1, is_slow: bool = False, **how: bool) -> object:
    return pytest.param(words, how, applied, id=of, marks=[pytest.mark.slow] if is_slow else [])


@pytest.mark.parametrize(
    ("words", "how", "applied"),
    [
        stall(of="before the connection is up"),
        stall(b"pg_class", of="while the catalog is looked at", is_slow=True),
        stall(b"ducklake_table", of="in a query"),
        stall(WRITES, of="in the batch of a commit", is_slow=True),
        stall(WRITES, b"COMMIT", of="at COMMIT"),
        stall(WRITES, b"COMMIT", of="after COMMIT", applied=2, hands_on_last=True),
    ],
)
@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        pytest.param(signal.SIGINT, 130, "interrupted", id="Ctrl-C"),
        pytest.param(signal.SIGTERM, 143, "ended by SIGTERM", id="SIGTERM", marks=pytest.mark.slow),
    ],
)
def test_a_signal_when_the_network_has_stalled(
    project: Project,
    postgres: Postgres,
    proxy: Proxy,
    words: tuple[bytes, ...],
    how: dict[str, bool],
    applied: int,
    number: int,
    code: int,
    said: str,
) -> None:
    through(project, postgres, proxy, "connect_timeout=300")
    proxy.stall_at(*words, **how)
    with started(project, "migrate") as process:
        assert proxy.stalled.wait(60)
        began = time.monotonic()
        process.send_signal(number)
        process.wait(60)
        took = time.monotonic() - began
        ran = ended(process)
    assert took < PROMPTLY
    assert (ran.code, ran.err) == (code, f"ducktracker: {said}\n")
    proxy.close()
    reached_by(project, postgres)
    assert states(project).get("applied") == applied
    finishes(project, ROWS)
