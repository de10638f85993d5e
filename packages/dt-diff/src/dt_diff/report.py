"""What a CI system is told: findings, each of which fails the run. Pure."""

from typing import Literal, NamedTuple

from dt_contract.diff import Change, DiffDocument
from dt_contract.terminal import line
from dt_diff.text import change_lines, summary

Level = Literal["error", "warning", "notice"]


class Finding(NamedTuple):
    """One thing that is wrong. `lines` say all about it, the first one in short.

    `file` and `line` are where, if in a file.
    """

    kind: str
    """Of the object, such as `column`."""
    name: str
    problem: str
    """In a word, such as `removed`."""
    lines: tuple[str, ...]
    file: str | None = None
    line: int | None = None
    level: Level = "error"


class Report(NamedTuple):
    """Findings under a title. `clean` says in two or three words that there are none."""

    title: str
    kind: str
    findings: tuple[Finding, ...]
    summary: str
    clean: str


def report(diff: DiffDocument) -> Report:
    """Return a finding for each change."""
    return Report(
        title=f"{diff.expected.name} -> {diff.actual.name}",
        kind="schema",
        findings=tuple(map(_finding, diff.changes)),
        summary=summary(diff),
        clean="no differences",
    )


def _finding(change: Change) -> Finding:
    return Finding(change.object, line(change.name), change.change, tuple(change_lines(change)))
