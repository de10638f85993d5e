"""Findings in each format."""

import os
from collections.abc import Iterator
from typing import assert_never

from dt_contract import codec
from dt_contract.findings import Finding, FindingsDocument
from dt_contract.terminal import line
from dt_contract.workflow import workflow_command
from dt_lint.formats import Format

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render(found: FindingsDocument, format: Format) -> str:  # noqa: A002 - the flag's own name
    """Return findings in a format, with a final newline."""
    match format:
        case "json":
            return codec.encode(found).decode()
        case "text":
            lines = [text for finding in found.findings for text in _text(finding)]
        case "github":
            lines = [_command(finding, found.directory) for finding in found.findings]
        case _:
            assert_never(format)
    return "\n".join([*lines, _summary(found)]) + "\n"


def _text(finding: Finding) -> Iterator[str]:
    place = f"{finding.script}:{finding.line}" if finding.line else finding.script
    yield line(f"{place}: {finding.message} ({finding.code})")
    if finding.hint:
        yield line(f"    hint: {finding.hint}")


def _command(finding: Finding, directory: str) -> str:
    lines = [finding.message, *([f"hint: {finding.hint}"] if finding.hint else [])]
    return workflow_command(
        _LEVELS[finding.level],
        f"{finding.code} {finding.title}",
        lines,
        file=os.path.join(directory, finding.script),
        at=finding.line,
    )


def _summary(found: FindingsDocument) -> str:
    count = len(found.findings)
    what = "no findings" if not count else f"{count} finding{'' if count == 1 else 's'}"
    return f"{what} in {found.files} file{'' if found.files == 1 else 's'}"
