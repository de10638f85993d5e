"""What a run of migrate tells while it goes on."""

from typing import Protocol

from dt_contract.boundary import warn
from dt_contract.result import MigrationResult


class Progress(Protocol):
    """Is told of a run while it goes on."""

    def begin(self, total: int) -> None:
        """So many migrations are to be applied."""

    def applied(self, result: MigrationResult) -> None:
        """One more is applied."""

    def note(self, text: str) -> None:
        """Something that a person wants to know."""


class Silent:
    """Passes on notes alone, on stderr."""

    def begin(self, total: int) -> None:
        """Say nothing."""

    def applied(self, result: MigrationResult) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say it on stderr."""
        warn("ducktracker", text)
