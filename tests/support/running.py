"""Commands that run while a test does something else, and the end of what they left on the server."""

import errno
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from support.commands import SCRIPTS, Ran
from support.postgres import Postgres
from support.project import Project

TIMEOUT = 120
"""Seconds after which a test gives a process up."""

_SILENCE = """
DO $$ BEGIN
    FOR i IN 1..3000 LOOP
        PERFORM pg_stat_clear_snapshot();
        IF NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = '{name}') THEN RETURN; END IF;
        PERFORM pg_sleep(0.01);
    END LOOP;
    RAISE EXCEPTION 'somebody is still connected to {name}';
END $$
"""
_LOCKS = """
SELECT count(*) FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = '{name}')
UNION ALL SELECT count(*) FROM pg_prepared_xacts
"""


@contextmanager
def started(project: Project, *argv: str, command: str = "ducktracker") -> Iterator["subprocess.Popen[str]"]:
    """Start ducktracker, or another command, in the project's folder; at the end it is killed if it still runs."""
    process = subprocess.Popen(
        [f"{SCRIPTS}/{command}", *argv],
        cwd=project.folder,
        env=dict(project.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # The background job of a shell ignores Ctrl-C, and so would what it starts.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: "subprocess.Popen[str]") -> Ran:
    """Wait for the end and return what was written from here on."""
    out, err = process.communicate(timeout=TIMEOUT)
    return Ran(process.returncode, out, err)


def race(project: Project, count: int, *argv: str) -> list[Ran]:
    """Run so many at the same time."""
    with ExitStack() as stack:
        processes = [stack.enter_context(started(project, *argv)) for _ in range(count)]
        return [ended(process) for process in processes]


def read_lines(process: "subprocess.Popen[str]", count: int) -> list[str]:
    """Wait for so many lines on stdout, or for its end."""
    assert process.stdout
    return [line for _, line in zip(range(count), process.stdout, strict=False)]


@contextmanager
def read_by(process: "subprocess.Popen[str]", pipe: Path) -> Iterator[BinaryIO]:
    """Wait until the process reads a named pipe, which tells where it is, or ends; return the pipe to write to."""
    while True:
        try:
            descriptor = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
            break
        except OSError as error:
            # There is no reader yet.
            if error.errno != errno.ENXIO or process.poll() is not None:
                raise
    with os.fdopen(descriptor, "wb") as writer:
        yield writer


def await_silence(postgres: Postgres, project: Project) -> None:
    """Wait until the server has ended what killed clients began, for 30 seconds at most; no lock is left then."""
    database = next(word for word in project.source.split() if word.startswith("dbname=")).removeprefix("dbname=")
    postgres.execute(_SILENCE.format(name=database))
    assert postgres.execute(_LOCKS.format(name=database)).split() == ["0", "0"]
