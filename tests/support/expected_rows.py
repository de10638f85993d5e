"""What rows a test expects, of those that there were before."""

from collections.abc import Callable
from typing import Any

Rows = list[tuple[Any, ...]]
FLUSH = "CALL ducklake_flush_inlined_data('lake')"
"""Has the small rows written to files."""


def without(*keys: int) -> Callable[[Rows], Rows]:
    """Leave out the rows with these first values."""
    return lambda rows: [row for row in rows if row[0] not in keys]


def more(*added: tuple[Any, ...]) -> Callable[[Rows], Rows]:
    """Add rows, in the order of the first values."""
    return lambda rows: sorted([*rows, *added], key=lambda row: row[0])
