"""Colour as git uses it: where a terminal reads it, or as NO_COLOR, FORCE_COLOR and --color say."""

import os
import sys
from collections.abc import Callable
from typing import TextIO

from dt_contract.streams import write

_BY_SIGN = {
    "+ ": "green",
    "- ": "red",
    "~ ": "yellow",
    "> ": "cyan",
    "! ": "bold red",
    "? ": "yellow",
    "@@": "cyan",
}
_BY_KIND = {"message": "red", "hint": "yellow"}


def is_coloured(stream: TextIO, when: str | None) -> bool:
    """Return whether lines on a stream are coloured; `when` is that of --color, None if it is not given."""
    if when in ("always", "never"):
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def style_for(stream: TextIO | None, when: str | None) -> Callable[[str, str], str] | None:
    """Return what colours the lines of errors and hints on a stream, None if nothing is to."""
    return _styled if stream is not None and is_coloured(stream, when) else None


def coloured(text: str) -> str:
    """Return lines in the colours of the signs that they begin with; what is under them is dim."""
    return "".join(_painted(line, _style_of(line)) for line in text.splitlines(keepends=True))


def print_text(text: str, when: str | None) -> None:
    """Write a text to stdout, in colour where that is wanted. Raises what `dt_contract.streams.write` does."""
    write((coloured(text) if is_coloured(sys.stdout, when) else text).encode(errors="backslashreplace"))


def _style_of(line: str) -> str:
    return "dim" if line.startswith("    ") else _BY_SIGN.get(line[:2], "")


def _styled(kind: str, text: str) -> str:
    return _painted(text, _BY_KIND[kind])


def _painted(text: str, style: str) -> str:
    if not style:
        return text
    from rich.style import Style

    content = text.rstrip("\n")
    return Style.parse(style).render(content) + text[len(content) :]
