"""Figures from samples. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple, assert_never

from case import Case, Goal
from machine import Who
from process import Sample


class Figures(NamedTuple):
    """Of one case. A ratio is the median of the ratios of turns, so that what else the machine does matters less."""

    case: Case
    seconds: dict[Who, float]
    megabytes: dict[Who, float]
    runs: dict[Who, int]
    ratio_to_limit: float | None
    faster_than_old: float | None
    growth: float | None


def figures(results: Iterable[tuple[Case, Mapping[Who, Sequence[Sample]]]]) -> list[Figures]:
    """Return the figures of all cases; growth is told where a smaller size of the same case came before."""
    found: list[Figures] = []
    for case, samples in results:
        seconds = {who: median(item.seconds for item in many) for who, many in samples.items()}
        smaller = [item for item in found if (item.case.name, item.case.backend) == (case.name, case.backend)]
        points = [(item.case.size, item.seconds["ours"]) for item in smaller] + [(case.size, seconds["ours"])]
        found.append(
            Figures(
                case=case,
                seconds=seconds,
                megabytes={who: median(item.megabytes for item in many) for who, many in samples.items()},
                runs={who: len(many) for who, many in samples.items()},
                ratio_to_limit=_ratio(samples, "ours", "limit"),
                faster_than_old=_ratio(samples, "old", "ours"),
                growth=slope(points),
            )
        )
    return found


def _ratio(samples: Mapping[Who, Sequence[Sample]], above: Who, below: Who) -> float | None:
    over, under = ([item.seconds for item in samples.get(who, ())] for who in (above, below))
    if len(over) != len(under):
        # What runs once is held against the median of the others, and not against their first run, on a cold machine.
        return median(over) / median(under) if over and under else None
    return median(a / b for a, b in zip(over, under, strict=True)) if over else None


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """Return the steepest slope between neighbours of (size, seconds), both as logarithms: 1 is linear growth."""
    pairs = list(pairwise(points))
    return max((math.log(t2 / t1) / math.log(n2 / n1) for (n1, t1), (n2, t2) in pairs), default=None)


def holds(goal: Goal, item: Figures) -> bool | None:
    """Whether a goal is reached; null where its figure was not measured."""
    value = measured(goal, item)
    if value is None:
        return None
    return value >= goal.bound if goal.measure == "old" else value <= goal.bound


def measured(goal: Goal, item: Figures) -> float | None:
    """Return the figure that a goal is about."""
    match goal.measure:
        case "limit":
            return item.ratio_to_limit
        case "old":
            return item.faster_than_old
        case "growth":
            return item.growth
        case "megabytes":
            return item.megabytes["ours"]
        case "limit-memory":
            return item.megabytes["ours"] / item.megabytes["limit"]
        case "old-memory":
            return item.megabytes["ours"] / item.megabytes["old"] if "old" in item.megabytes else None
        case other:
            assert_never(other)


def as_json(item: Figures, samples: Mapping[Who, Sequence[Sample]]) -> dict[str, Any]:
    """Return what the JSON document holds of a case."""
    return {
        "case": item.case.name,
        "backend": item.case.backend or None,
        "size": item.case.size,
        "seconds": item.seconds,
        "peak_megabytes": item.megabytes,
        "runs": {who: [one._asdict() for one in many] for who, many in samples.items()},
        "ratio_to_limit": item.ratio_to_limit,
        "faster_than_0_1_0": item.faster_than_old,
        "growth_exponent": item.growth,
        "goals": [
            {**goal._asdict(), "measured": measured(goal, item), "holds": holds(goal, item)} for goal in item.case.goals
        ],
    }
