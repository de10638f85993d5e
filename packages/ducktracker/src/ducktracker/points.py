"""The points in a schema's life that `diff` compares: V7, a lake snapshot, a time, live, files, or a document."""

import re
from typing import Literal, NamedTuple

Kind = Literal["version", "snapshot", "time", "live", "files", "document"]

_FORMS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("live", re.compile("live")),
    ("files", re.compile("files")),
    ("version", re.compile(r"[Vv]0*([0-9]{1,19})", re.ASCII)),
    ("snapshot", re.compile(r"0*([0-9]{1,19})", re.ASCII)),
    ("time", re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?)", re.ASCII)),
)


class Point(NamedTuple):
    """`text` is as it was typed, and `number` that of a version or a snapshot."""

    kind: Kind
    text: str
    number: int = 0


def point(text: str) -> Point:
    """Gives the point that a text means; what is none of the other forms is the path of a document.

    A document whose name looks like another form is written with its folder: `./live`.
    """
    for kind, form in _FORMS:
        found = form.fullmatch(text)
        if found:
            return Point(kind, text, int(found[1]) if kind in ("version", "snapshot") else 0)
    return Point("document", text)
