"""Says how a run goes on: a line a migration, and a bar below them on a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from dt_contract import terminal
from dt_contract.boundary import warn
from dt_contract.result import MigrationResult


class Progress(Protocol):
    """What a run tells while it goes on."""

    def begin(self, total: int) -> None:
        """So many migrations are to be applied."""

    def applied(self, result: MigrationResult) -> None:
        """One more is applied."""

    def note(self, text: str) -> None:
        """Something that a person wants to know."""


class Silent:
    """For --json: notes alone, on stderr."""

    def begin(self, total: int) -> None:
        """Says nothing."""

    def applied(self, result: MigrationResult) -> None:
        """Says nothing."""

    def note(self, text: str) -> None:
        """Says it on stderr."""
        warn("ducktracker", text)


class Lines(Silent):
    """A line for each migration, on stdout."""

    def applied(self, result: MigrationResult) -> None:
        """Prints the line at once. Who reads it no more does not end the run."""
        with suppress(OSError):
            print(line(result), flush=True)


def line(result: MigrationResult) -> str:
    """Gives the line that tells of an applied migration."""
    return f"applied  {terminal.line(result.script)}  ({result.execution_ms} ms)"


@contextmanager
def progress(*, silent: bool) -> Iterator[Progress]:
    """Gives the progress that fits where stdout goes."""
    if silent:
        yield Silent()
    elif sys.stdout.isatty():
        from ducktracker.terminal.progress_bar import bar

        with bar() as shown:
            yield shown
    else:
        yield Lines()
