"""Cases of dt-branch, on lakes that were made without and with tables for inlined rows."""

import json
from collections.abc import Iterator
from functools import partial

from case import Case, Goal, Part
from lakes import tables
from machine import Who
from process import Ended
from sizes import Sizes
from stage import Stage

_TARGET = "try.ducklake"
_GOALS = {"duckdb": 1.5, "postgres": 2.0, "sqlite": 1.5}


def branch(backend: str, sizes: Sizes) -> Iterator[Case]:
    """Return dt-branch of a lake as it is now."""
    for inlines in (False, True):
        for count in sizes.lakes:
            lake = tables(count, inlines=inlines)
            parts: dict[Who, Part] = {
                "ours": Part(_ours, partial(_has, tables=count), lake),
                "limit": Part(_limit, partial(_counts, tables=count), lake),
            }
            goals = (Goal("limit", _GOALS[backend]),) if count == 10_000 else ()
            yield Case(f"dt-branch{', inlining' if inlines else ''}", backend, count, parts, goals)


def _ours(stage: Stage) -> tuple[str, ...]:
    (stage.folder / _TARGET).unlink(missing_ok=True)
    return stage.machine.command("dt-branch", "ours"), _TARGET


def _limit(stage: Stage) -> tuple[str, ...]:
    return stage.limit("branch", str(stage.folder / _TARGET))


def _has(stage: Stage, ended: Ended, tables: int) -> bool:
    return ended.code == 0 and json.loads(ended.out)["counts"]["tables"] == tables


def _counts(stage: Stage, ended: Ended, tables: int) -> bool:
    return ended.code == 0 and ended.out == f"{tables}\n"
