"""The table on stdout. Pure."""

from collections.abc import Sequence

from case import RUNS
from figures import Figures, holds

_HEAD = (
    "case",
    "catalog",
    "size",
    "ours",
    "limit",
    "x limit",
    "0.1.0",
    "x faster",
    "MB",
    "limit",
    "0.1.0",
    "growth",
    "must show",
)
_SAID = {
    "limit": "≤ {:g}x limit",
    "old": "≥ {:g}x faster",
    "old-memory": "memory ≤ {:g}x 0.1.0's",
    "limit-memory": "memory ≤ {:g}x limit's",
    "megabytes": "≤ {:g} MB",
    "growth": "growth ≤ {:g}",
}
_VERDICT = {True: "holds", False: "MISSED", None: "not measured"}


def table(found: Sequence[Figures]) -> str:
    """Return the cases as a table in Markdown; times are in seconds."""
    rows = [_HEAD, *map(_row, found)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEAD))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    # Names to the left, figures to the right.
    cells = [
        cell.ljust(width) if i in (0, 1, len(row) - 1) else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return f"| {' | '.join(cells)} |"


def _row(item: Figures) -> tuple[str, ...]:
    few = item.runs.get("old", RUNS)
    old = f" ({few} run)" if few < RUNS else ""
    return (
        item.case.name,
        item.case.backend,
        f"{item.case.size:,}",
        _number(item.seconds["ours"], 3),
        _number(item.seconds.get("limit"), 3),
        _number(item.ratio_to_limit, 2),
        _number(item.seconds.get("old"), 2) + old,
        _number(item.faster_than_old, 1),
        _number(item.megabytes["ours"], 0),
        _number(item.megabytes.get("limit"), 0),
        _number(item.megabytes.get("old"), 0),
        _number(item.growth, 2),
        "; ".join(
            f"{_SAID[goal.measure].format(goal.bound)}: {_VERDICT[holds(goal, item)]}" for goal in item.case.goals
        ),
    )


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:,.{digits}f}"
