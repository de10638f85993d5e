"""The comment at the top of a generated migration. Pure.

Names and messages in it are from a lake, and anybody may have put them there: each stays within its line, hides
nothing, and is not taken for a directive.
"""

from collections.abc import Iterable, Iterator

from dt_contract.diff import Change
from dt_diff.text import blame_line
from ducktracker.project.comment import comment

_SIGNS = {"added": "+", "removed": "-", "modified": "~", "renamed": ">"}


def header(texts: Iterable[str]) -> str:
    """Return a comment of these lines."""
    return "".join(f"{comment(text)}\n" for text in texts)


def change_lines(changes: Iterable[Change]) -> Iterator[str]:
    """Yield a line for each change, and below it one for each lake snapshot that made it."""
    for change in changes:
        name = f"{change.before} -> {change.after}" if change.change == "renamed" else change.name
        yield f"{_SIGNS[change.change]} {change.object} {name}"
        yield from (f"    {blame_line(blame)}" for blame in change.blame or ())
