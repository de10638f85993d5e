"""What a rule is: a code, and how the SQL that it refuses is found, in the files alone or in the open transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import msgspec

from dt_config.config import Backend, Migrations
from dt_lake.lake import Lake
from dt_lint.script.names import Name
from dt_lint.script.statements import Script, Statement


class Found(msgspec.Struct, frozen=True):
    """What a rule finds in the files alone. `line` is None if it is about the whole file."""

    message: str
    script: Script
    line: int | None
    target: Name | None = None
    """The object of the lake that it is about."""
    hint: str | None = None


class OpenTransaction(msgspec.Struct, frozen=True):
    """A transaction in which these scripts run, or some of their statements.

    `backend`: what the catalog is in of the lake, or of the one that a branch is of.
    """

    lake: Lake
    scripts: Sequence[Script]
    backend: Backend = "duckdb"


class LakeWatch(Protocol):
    """Sees each statement of an open transaction, and asks the lake. What a rule leaves out does nothing."""

    def before(self, statement: Statement) -> None:
        """Look at a statement before it runs. Raises CorruptsLake if it must not."""

    def of(self, statement: Statement) -> AbstractContextManager[None]:
        """Return a context in which the statement runs."""
        return nullcontext()

    def after(self, statement: Statement) -> None:
        """Look at a statement that has run. Raises CorruptsLake if the transaction must not go on."""

    def at_commit(self) -> None:
        """Raise CorruptsLake if the transaction must not be committed."""


class Rule(msgspec.Struct, frozen=True):
    """A rule. `code` never changes its meaning; `title` says in a few words what is found.

    `check` finds it in scripts that share a transaction, or in a single one; `watch` makes what finds the rest of it
    while they run.
    """

    code: str
    title: str
    check: Callable[[Sequence[Script], Migrations], Iterator[Found]] | None = None
    watch: Callable[[OpenTransaction], LakeWatch] | None = None
