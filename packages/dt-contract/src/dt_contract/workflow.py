"""Workflow commands, which GitHub Actions shows as annotations.

The escapes are those of `command.ts` in actions/toolkit.
"""

from collections.abc import Iterable

from dt_contract.terminal import line


def workflow_command(level: str, title: str, lines: Iterable[str], *, file: str | None, at: int | None) -> str:
    """Return the command for a message of some lines: `level` is error, warning or notice, `at` a line of `file`."""
    where = f"file={_property(line(file))}," if file else ""
    where += f"line={at}," if at else ""
    return f"::{level} {where}title={_property(line(title))}::{_data(chr(10).join(map(line, lines)))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
