"""Tables: drawn by rich on a terminal, plain aligned columns elsewhere."""

import sys
from collections.abc import Sequence

from dt_contract.redaction import redact
from dt_contract.terminal import line

_COLOURS = {
    "applied": "green",
    "baselined": "green",
    "pending": "yellow",
    "outdated": "magenta",
    "out-of-order": "red",
    "failed": "red",
    "missing": "red",
}


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints a table on stdout."""
    clean = [[redact(line(cell)) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _print_rich(headers, clean)
    else:
        sys.stdout.write("\n".join(plain_lines(headers, clean)) + "\n")


def plain_lines(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Gives aligned columns, two spaces apart."""
    table = [list(headers), *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(headers))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]


def _print_rich(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*headers, box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell, style=_COLOURS.get(cell, "")) for cell in row))
    Console().print(table)
