"""The points that `diff` compares: a version, a lake snapshot, a time, live, files, a branch or a document."""

import re
from typing import Literal, NamedTuple

Kind = Literal["version", "snapshot", "time", "live", "files", "branch", "document"]

_FORMS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("live", re.compile("live")),
    ("files", re.compile("files")),
    ("branch", re.compile("branch:(.*)", re.DOTALL)),
    ("version", re.compile(r"[Vv]0*([0-9]{1,19})", re.ASCII)),
    ("snapshot", re.compile(r"(?:snapshot:)?0*([0-9]{1,19})", re.ASCII)),
    ("time", re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?)", re.ASCII)),
)


class Point(NamedTuple):
    """`text` is as it was typed, or the name of a branch, and `number` that of a version or a snapshot."""

    kind: Kind
    text: str
    number: int = 0


def point(text: str) -> Point:
    """Return the point that a text means; what is none of the other forms is the path of a document.

    A document whose name looks like another form is written with its folder: `./live`.
    """
    for kind, form in _FORMS:
        found = form.fullmatch(text)
        if found and kind == "branch":
            return Point(kind, found[1])
        if found:
            return Point(kind, text, int(found[1]) if kind in ("version", "snapshot") else 0)
    return Point("document", text)
