"""The command lines that cases are made of; each is known once the stage is."""

from collections.abc import Callable
from typing import TypeAlias

from machine import Who
from stage import Stage

Argv: TypeAlias = Callable[[Stage], tuple[str, ...]]


def command(name: str, *argv: str, who: Who = "ours") -> Argv:
    """Return the command line of an installed command."""
    return lambda stage: (stage.machine.command(name, who), *argv)


def bare(script: str, *argv: str) -> Argv:
    """Return the command line of a limit that reaches no lake."""
    return lambda stage: stage.machine.limit(script, *argv)


def on_lake(script: str, *argv: str) -> Argv:
    """Return the command line of a limit that reaches the stage's lake."""
    return lambda stage: stage.limit(script, *argv)
