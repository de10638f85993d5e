"""The progress bar of a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from dt_contract.boundary import warn
from dt_contract.result import MigrationResult
from ducktracker.terminal.progress import applied_line


class Bar:
    """A line for each migration, and a bar below them."""

    def __init__(self, shown: Progress, task: TaskID) -> None:
        self._shown = shown
        self._task = task

    def begin(self, total: int) -> None:
        """Show the bar."""
        self._shown.update(self._task, total=total, visible=True)

    def applied(self, result: MigrationResult) -> None:
        """Print the line above the bar and move it on."""
        self._shown.console.print(Text(applied_line(result)), soft_wrap=True)
        self._shown.advance(self._task)

    def note(self, text: str) -> None:
        """Say it on stderr."""
        warn("ducktracker", text)


@contextmanager
def bar() -> Iterator[Bar]:
    """Return a bar that is gone at the end; what was printed above it stays."""
    columns = (TextColumn("migrating"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, transient=True) as shown:
        yield Bar(shown, shown.add_task("migrating", visible=False))
