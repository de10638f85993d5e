"""Lakes that are made once for each size, and copied for every run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from backends import Backend
from machine import Machine, Who
from stage import Stage


@dataclass(frozen=True)
class Template:
    """A lake, made by `who` with `build` from another template or from nothing."""

    name: str
    build: Callable[[Stage], None]
    base: "Template | None" = None
    who: Who = "ours"
    migrations: Callable[[], Path] | None = None


class Templates:
    """The templates of a run on one backend."""

    def __init__(self, machine: Machine, backend: Backend) -> None:
        self._machine = machine
        self.backend = backend
        self._made: set[str] = set()

    def name(self, template: Template | None) -> str | None:
        """Return the name of a template, which is there then."""
        if template is None:
            return None
        if template.name not in self._made:
            stage = Stage(self._machine, self.backend, template.who)
            stage.set(self.name(template.base), template.migrations() if template.migrations else None)
            template.build(stage)
            self.backend.save(template.who, template.name)
            self._made.add(template.name)
        return template.name
