"""Cases of migrate and plan."""

from collections.abc import Iterator
from functools import partial

from case import RUNS, Case, Goal, Part
from commands import command, on_lake
from files import Files
from lakes import baselined, baselined_by_old, migrated
from machine import Who
from process import Ended
from sizes import Sizes
from stage import Stage

_FASTER = {("duckdb", 100): 10.0, ("duckdb", 1000): 45.0, ("postgres", 100): 8.0, ("postgres", 1000): 35.0}
_BATCH = {"auto": 50, "each": 1}
"""How many migrations the limit commits at once."""


def new(files: Files, backend: str, sizes: Sizes) -> Iterator[Case]:
    """Return migrate into a lake that is not there yet."""
    for mode in _BATCH:
        for count in sizes.migrations:
            folder = str(files.migrations(count))
            parts: dict[Who, Part] = {
                "ours": _ours(count, count + 1, "--transaction", mode),
                "limit": _limit(folder, count, count + 1, batch=_BATCH[mode]),
            }
            if mode == "auto" and count <= sizes.old_migrations:
                parts["old"] = _old(count, count + 1, runs=1 if count >= 1000 else RUNS)
            goals = _goals(mode, backend, count)
            migrations = partial(files.migrations, count)
            yield Case(f"migrate new, {mode}", backend, count, parts, goals, migrations, writes=True)


def _goals(mode: str, backend: str, count: int) -> tuple[Goal, ...]:
    goals = []
    if mode == "auto" and (backend, count) in _FASTER:
        goals += [Goal("old", _FASTER[backend, count])]
    if mode == "auto" and count == 1000:
        goals += [Goal("old-memory", 0.1)]
    if count == 1000 and backend != "postgres":
        goals += (
            [Goal("limit", 1.3), Goal("limit-memory", 1.3)]
            if mode == "auto"
            else [Goal("limit", 1.1), Goal("megabytes", 400)]
        )
    return tuple(goals)


def one_more(files: Files, backend: str, sizes: Sizes) -> Iterator[Case]:
    """Return migrate of one migration into a lake of many tables."""
    for count in sizes.lakes:
        folder, after = str(files.one_more()), count + 2
        lake = baselined(count)
        parts: dict[Who, Part] = {
            "ours": _ours(2, after)._replace(template=lake),
            "limit": _limit(folder, 2, after, batch=1, first=2)._replace(template=lake),
        }
        if count <= sizes.old_lakes:
            parts["old"] = _old(2, after)._replace(template=baselined_by_old(count))
        goals = (Goal("limit", 1.8),) if count == 10_000 else ()
        yield Case("migrate one more", backend, count, parts, goals, files.one_more, writes=True)


def plan(files: Files, backend: str, sizes: Sizes) -> Iterator[Case]:
    """Return plan of one migration on a lake of many tables."""
    for count in sizes.lakes:
        file = str(files.one_more() / "V2__one_more.sql")
        ours = Part(command("ducktracker", "plan"), _plans, baselined(count))
        limit = Part(on_lake("plan", file), _plans_bare, baselined(count))
        yield Case("plan", backend, count, {"ours": ours, "limit": limit}, (), files.one_more)


def nothing_to_do(files: Files, backend: str, sizes: Sizes) -> Iterator[Case]:
    """Return migrate where all is applied."""
    for count in sizes.migrations:
        lake, folder = migrated(files, count), str(files.migrations(count))
        parts: dict[Who, Part] = {
            "ours": Part(command("ducktracker", "migrate"), _succeeds, lake),
            "limit": Part(on_lake("history", folder, "READ_WRITE"), _succeeds, lake),
            "old": Part(command("ducktracker", "migrate", who="old"), _succeeds, lake),
        }
        goals = (Goal("limit", 1.35),) if count == 1000 else ()
        yield Case("migrate, nothing to do", backend, count, parts, goals, partial(files.migrations, count))


def _ours(rows: int, tables: int, *argv: str) -> Part:
    return Part(
        command("ducktracker", "migrate", *argv),
        partial(_applied, rows=rows, tables=tables),
    )


def _old(rows: int, tables: int, runs: int = RUNS) -> Part:
    return Part(
        command("ducktracker", "migrate", who="old"),
        partial(_applied, rows=rows, tables=tables),
        runs=runs,
    )


def _limit(folder: str, rows: int, tables: int, *, batch: int, first: int = 1) -> Part:
    return Part(
        on_lake("migrate", folder, str(batch), str(first)),
        partial(_applied, rows=rows, tables=tables),
    )


def _applied(stage: Stage, ended: Ended, rows: int, tables: int) -> bool:
    return ended.code == 0 and stage.counts() == (tables, rows)


def _plans(stage: Stage, ended: Ended) -> bool:
    return ended.code == 0 and "+ table main.one_more" in ended.out


def _plans_bare(stage: Stage, ended: Ended) -> bool:
    return ended.code == 0 and ended.out.strip() == "1"


def _succeeds(stage: Stage, ended: Ended) -> bool:
    return ended.code == 0
