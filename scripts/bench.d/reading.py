"""Cases of info and validate, and of what reads the schema of a lake: drift, dt-snapshot and dump."""

from collections.abc import Iterator
from functools import partial

from case import Case, Goal, Part
from commands import command, on_lake
from files import Files
from lakes import CHANGES, baselined, baselined_by_old, drifted, migrated
from machine import Who
from process import Ended
from sizes import Sizes
from stage import Stage

_SAYS = {"info": "applied", "validate": "all checksums match"}


def history(files: Files, backend: str, sizes: Sizes) -> Iterator[Case]:
    """Return info and validate of a lake whose history has many migrations."""
    for name, said in _SAYS.items():
        for count in sizes.migrations:
            lake, folder = migrated(files, count), str(files.migrations(count))
            times = count if name == "info" else 1
            parts: dict[Who, Part] = {
                "ours": Part(command("ducktracker", name), partial(_says, text=said, times=times), lake),
                "limit": Part(
                    on_lake("history", folder, "READ_ONLY"),
                    partial(_says, text=" applied ", times=0),
                    lake,
                ),
                "old": Part(command("ducktracker", name, who="old"), partial(_says, text="", times=1), lake),
            }
            goals = [Goal("limit", 1.35)] if count == 1000 else []
            if name == "info" and count == 1000:
                goals += [Goal("old", 2.5), Goal("growth", 1.1)]
            yield Case(name, backend, count, parts, tuple(goals), partial(files.migrations, count))


def drift(backend: str, sizes: Sizes) -> Iterator[Case]:
    """Return drift where there is none, and where there are three changes."""
    for name, changes in (("drift, none", 0), (f"drift, {CHANGES} changes", CHANGES)):
        for count in sizes.lakes:
            ours, old = baselined(count), baselined_by_old(count)
            if changes:
                ours, old = drifted(ours), drifted(old)
            # The history is a table too; the third change drops one.
            tables = count + (0 if changes else 1)
            parts: dict[Who, Part] = {
                "ours": Part(command("ducktracker", "drift"), partial(_drifts, changes=changes), ours),
                "limit": Part(on_lake("metadata"), partial(_counts, tables=tables), ours),
            }
            if count <= sizes.old_lakes:
                parts["old"] = Part(command("ducktracker", "drift", who="old"), partial(_found, changes=changes), old)
            yield Case(name, backend, count, parts, _goals(count))


def _goals(count: int) -> tuple[Goal, ...]:
    return {1000: (Goal("old", 15),), 10_000: (Goal("limit", 1.5), Goal("growth", 1.1))}.get(count, ())


def snapshot(backend: str, sizes: Sizes) -> Iterator[Case]:
    """Return dt-snapshot."""
    for count in sizes.lakes:
        parts: dict[Who, Part] = {
            "ours": Part(
                command("dt-snapshot"),
                partial(_says, text='"uuid": ', times=count),
                baselined(count),
            ),
            "limit": Part(on_lake("snapshot"), partial(_counts, tables=count + 1), baselined(count)),
        }
        goals = (Goal("growth", 1.1),) if count == 10_000 else ()
        yield Case("dt-snapshot", backend, count, parts, goals)


def dump(backend: str, sizes: Sizes) -> Iterator[Case]:
    """Return dump; its limit is dt-snapshot, which reads the same and writes it as JSON."""
    for count in sizes.lakes:
        parts: dict[Who, Part] = {
            "ours": Part(
                command("ducktracker", "dump"), partial(_says, text="CREATE TABLE ", times=count), baselined(count)
            ),
            "limit": Part(command("dt-snapshot"), partial(_says, text='"uuid": ', times=count), baselined(count)),
        }
        goals = (Goal("limit", 2), Goal("growth", 1.1)) if count == 10_000 else ()
        yield Case("dump", backend, count, parts, goals)


def _says(stage: Stage, ended: Ended, text: str, times: int) -> bool:
    return ended.code == 0 and ended.out.count(text) >= times


def _drifts(stage: Stage, ended: Ended, changes: int) -> bool:
    return ended.code == bool(changes) and (f"{changes} changes" if changes else "no differences") in ended.out


def _found(stage: Stage, ended: Ended, changes: int) -> bool:
    return ended.code == bool(changes)


def _counts(stage: Stage, ended: Ended, tables: int) -> bool:
    return ended.code == 0 and ended.out.partition("\n")[0] == str(tables)
