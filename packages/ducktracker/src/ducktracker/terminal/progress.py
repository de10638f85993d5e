"""Tells how a run goes on: a line a migration, and a bar below them on a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from dt_contract import terminal
from dt_contract.boundary import warn
from dt_contract.result import MigrationResult

if TYPE_CHECKING:
    from ducktracker.terminal.progress_bar import Bar


class Lines:
    """A line for each migration, on stdout."""

    def begin(self, total: int) -> None:
        """Say nothing."""

    def applied(self, result: MigrationResult) -> None:
        """Print the line at once. A reader that has gone does not end the run."""
        with suppress(OSError):
            print(applied_line(result), flush=True)

    def note(self, text: str) -> None:
        """Say it on stderr."""
        warn("ducktracker", text)


def applied_line(result: MigrationResult) -> str:
    """Return the line that tells of an applied migration."""
    return f"applied  {terminal.line(result.script)}  ({result.execution_ms} ms)"


@contextmanager
def progress() -> Iterator["Lines | Bar"]:
    """Return the progress that fits where stdout goes."""
    if sys.stdout.isatty():
        from ducktracker.terminal.progress_bar import bar

        with bar() as shown:
            yield shown
    else:
        yield Lines()
