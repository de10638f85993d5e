"""Directives: what the comments at the top of a migration tell ducktracker."""

import re
from collections.abc import Iterator

from dt_contract.hazards import HAZARDS

_DIRECTIVE = re.compile(r"--[ \t]*ducktracker:[ \t]*(\w*)[ \t]*(.*)")


class UnknownDirective(Exception):
    """A directive that ducktracker does not know, and its line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def read_directives(text: str) -> tuple[str, ...]:
    """Return the directives among the leading `--` comments, such as `allow DATA_LOSS`, sorted.

    Raises UnknownDirective.
    """
    if "ducktracker:" not in text:
        return ()
    return tuple(sorted({directive for line, comment in _leading(text) for directive in _directives(line, comment)}))


def _leading(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if stripped.startswith("--"):
            yield number, stripped
        elif stripped:
            return


def _directives(line: int, comment: str) -> Iterator[str]:
    match = _DIRECTIVE.fullmatch(comment)
    if match is None:
        return
    verb, names = match.groups()
    if verb != "allow":
        raise UnknownDirective(line, f"unknown directive `{verb}`; there is only `allow {', '.join(HAZARDS)}`")
    for name in names.split(","):
        if name.strip() not in HAZARDS:
            raise UnknownDirective(line, f"unknown hazard `{name.strip()}`; known are {', '.join(HAZARDS)}")
        yield f"allow {name.strip()}"
