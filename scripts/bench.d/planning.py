"""Cases of plan: what it takes beside making a branch and migrating that, and beside a lake without data."""

import shutil
from collections.abc import Iterator
from functools import partial

from case import Case, Goal, Part
from commands import command
from files import Files
from lakes import tables, with_files
from machine import Who
from process import Ended
from sizes import Sizes
from stage import Stage

_PENDING = 100


def pending(files: Files, backend: str, sizes: Sizes) -> Iterator[Case]:
    """Return plan of many pending migrations; the limit is a branch on which they are migrated."""
    for inlines in (False, True):
        for count in sizes.lakes:
            lake = tables(count, inlines=inlines)
            parts: dict[Who, Part] = {
                "ours": Part(command("ducktracker", "plan"), partial(_says, text="+ table main.more_100"), lake),
                "limit": Part(_branch_and_migrate, partial(_says, text="V100__more_100.sql"), lake),
            }
            goals = (Goal("limit", 1.3),) if count == 10_000 else ()
            name = f"plan, {_PENDING} pending{', inlining' if inlines else ''}"
            yield Case(name, backend, count, parts, goals, partial(files.more, _PENDING))


def many_files(files: Files, backend: str, sizes: Sizes) -> Iterator[Case]:
    """Return plan of a new column of a table with many data files; the limit is the same of an empty table."""
    adds = partial(_says, text="+ column main.birds.seen DATE")
    ours = Part(command("ducktracker", "plan"), adds, with_files(sizes.data_files))
    limit = Part(command("ducktracker", "plan"), adds, with_files(0))
    goals = (Goal("limit", 1.5),)
    yield Case("plan, data files", backend, sizes.data_files, {"ours": ours, "limit": limit}, goals, files.add_column)


def _branch_and_migrate(stage: Stage) -> tuple[str, ...]:
    shutil.rmtree(stage.folder / ".ducktracker", ignore_errors=True)
    ducktracker = stage.machine.command("ducktracker")
    return "sh", "-c", f"'{ducktracker}' branch create try && '{ducktracker}' -b try migrate"


def _says(stage: Stage, ended: Ended, text: str) -> bool:
    return ended.code == 0 and text in ended.out
