"""Tables: drawn by rich on a terminal that is wide enough, plain aligned columns elsewhere."""

import sys
import unicodedata
from collections.abc import Sequence

from dt_contract.terminal import line

_GAP = 2
_NARROWEST = 10
"""A column of fewer cells is no longer read."""

_COLOURS = {
    "applied": "green",
    "baselined": "green",
    "pending": "yellow",
    "undone": "yellow",
    "outdated": "magenta",
    "out-of-order": "red",
    "failed": "red",
    "missing": "red",
}


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]], *, least: str | None = None) -> None:
    """Print a table on stdout. Nothing in it is cut short; a narrow terminal is not shown the column `least`."""
    clean = [[line(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _print_rich(headers, clean, least)
    else:
        sys.stdout.write("".join(f"{text}\n" for text in plain_lines(headers, clean)))


def plain_lines(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return aligned columns, two spaces apart."""
    widths = _widths(headers, rows)
    padded = ([cell + " " * (widths[i] - cells(cell)) for i, cell in enumerate(row)] for row in (headers, *rows))
    return [(" " * _GAP).join(row).rstrip() for row in padded]


def cells(text: str) -> int:
    """Return how many cells of a terminal the text takes: two for a wide character, none for one that combines."""
    return len(text) if text.isascii() else sum(_cells_of(sign) for sign in text)


def _cells_of(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1


def _widths(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(cells, column)) for column in zip(headers, *rows, strict=True)]


def folded(widths: Sequence[int], room: int) -> set[int] | None:
    """Return which columns must be folded for the table to fit, at most the two widest; None where that won't do."""
    order = sorted(range(len(widths)), key=lambda column: -widths[column])
    for many in range(3):
        narrow = set(order[:many])
        needed = sum(min(width, _NARROWEST) if i in narrow else width for i, width in enumerate(widths))
        if needed + _GAP * len(widths) <= room:
            return narrow
    return None


def _print_rich(headers: Sequence[str], rows: Sequence[Sequence[str]], least: str | None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console, widths = Console(highlight=False), _widths(headers, rows)
    if least is not None and folded(widths, console.width) != set():
        place = list(headers).index(least)
        headers, *rows = [[*row[:place], *row[place + 1 :]] for row in (headers, *rows)]
        widths = _widths(headers, rows)
    narrow = folded(widths, console.width)
    if narrow is None:
        for row in rows:
            console.print(Text("  ".join(filter(None, row))), soft_wrap=True)
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    for column, header in enumerate(headers):
        narrowest = min(widths[column], _NARROWEST)
        table.add_column(header, no_wrap=column not in narrow, overflow="fold", min_width=narrowest)
    for row in rows:
        table.add_row(*(Text(cell, style=_COLOURS.get(cell, "")) for cell in row))
    console.print(table)
