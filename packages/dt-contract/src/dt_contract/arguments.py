"""What several commands take as arguments: text in, value out, or argparse's error."""

import argparse

_DIGITS = 19
"""DuckLake's ids of snapshots are of 64 bits."""


def seconds(text: str) -> float:
    """Return a number of seconds, 0 or more."""
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"not a number of seconds: {text!r}")
    return number


def snapshot(text: str) -> int:
    """Return the id of a lake snapshot; a negative one is told from those that are there later."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS and int(digits) < 2**63):
        raise argparse.ArgumentTypeError(f"not a snapshot: {text!r}")
    return int(text)
