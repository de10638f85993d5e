"""What is measured: cases, who runs in them, and what must hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from machine import Who
from process import Ended
from stage import Stage
from templates import Template

RUNS = 5


class Goal(NamedTuple):
    """A bound: at most so many times the limit, at least so many times faster than 0.1.0, its memory, the growth."""

    measure: Literal["limit", "old", "old-memory", "limit-memory", "megabytes", "growth"]
    bound: float


class Part(NamedTuple):
    """What one contender runs, from which template of a lake, and whether what it did is right."""

    argv: Callable[[Stage], tuple[str, ...]]
    is_right: Callable[[Stage, Ended], bool]
    template: Template | None = None
    runs: int = RUNS


@dataclass(frozen=True)
class Case:
    """A case of one size on one backend; cases of one name differ in their size alone."""

    name: str
    backend: str
    size: int
    parts: Mapping[Who, Part]
    goals: tuple[Goal, ...] = ()
    migrations: Callable[[], Path] | None = None
    writes: bool = False
    """Whether each run needs a lake as it was before."""
