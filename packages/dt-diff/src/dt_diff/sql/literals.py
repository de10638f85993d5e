"""Which defaults ADD COLUMN takes: a number or a string alone."""

import re

_LITERAL = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?|'(?:[^']|'')*'")


def is_literal(default: str) -> bool:
    """Whether a default is a literal."""
    return _LITERAL.fullmatch(default) is not None
