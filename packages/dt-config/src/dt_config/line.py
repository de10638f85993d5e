"""The line of a TOML text that a key stands in, which tomllib does not tell."""

import tomllib
from collections.abc import Sequence

_LONGEST = 1000
_MOST = 1 << 20
"""So many characters are parsed in all, a beginning after the other."""


def line_of(text: str, keys: Sequence[str]) -> int | None:
    """Return the line, from 1, in which the key begins, or None.

    It is the one after the longest beginning of the text that is TOML and does not have the key yet; only for
    errors, because every beginning is parsed. Neither more than 1,000 lines nor more than `_MOST` are searched.
    """
    lines = text.split("\n", _LONGEST)[:_LONGEST]
    before = size = parsed = 0
    for count, line in enumerate(lines, 1):
        size += len(line) + 1
        parsed += size
        if parsed > _MOST:
            return None
        try:
            document: object = tomllib.loads("\n".join(lines[:count]) + "\n")
        except tomllib.TOMLDecodeError:
            continue
        if _has(document, keys):
            return before + 1
        before = count
    return None


def _has(document: object, keys: Sequence[str]) -> bool:
    for key in keys:
        if not isinstance(document, dict) or key not in document:
            return False
        document = document[key]
    return True
