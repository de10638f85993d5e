"""Does a revert or an undo in the lake, if it came out as promised on a branch of it."""

from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple

from dt_config.config import Config
from dt_lake.attach import place
from dt_lake.errors import translated
from ducktracker.change.branch_trial import PATIENCE, Notify, Plan, tried
from ducktracker.change.run_task import run
from ducktracker.change.task import Tried
from ducktracker.drift.checkpoint import keep_copy
from ducktracker.migrate.session import Session


class Done(NamedTuple):
    """What was done, in these lake snapshots; none in a dry run."""

    tried: Tried
    snapshots: tuple[int, ...] = ()


def carry_out(config: Config, plan: Plan, agree: Callable[[Tried], bool], notify: Notify) -> Done | None:
    """Return what was done, once `agree` says so; None if there is nothing to do.

    Raises Refused if the branch shows something else than what was promised, MigrationFailed if it fails there, and
    LakeBusy if somebody changed the lake's schema meanwhile. The lake is as it was then.
    """
    found = tried(config, plan, notify)
    if found is None:
        return None
    if not agree(found):
        return Done(found)
    with (
        translated(place(config.connection)),
        closing(Session(config, lock_timeout=PATIENCE, notify=notify)) as session,
    ):
        session.open()
        snapshots: list[int] = []
        for task in found.tasks:
            snapshots += run(session, config, task, snapshots[-1] if snapshots else found.tasks[0].base)
        keep_copy(session.lake, snapshots[-1])
    return Done(found, tuple(snapshots))
