"""Runs the pending migrations on a branch of the lake, by the engine of migrate, and sees what comes of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from dt_config.config import Config
from dt_contract.migrations import MigrationsDocument
from dt_contract.result import MigrationResult
from dt_contract.schema import SchemaDocument
from dt_lake.lake import Lake
from dt_lint.script.statements import Script
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.reader import read_schema
from dt_snapshot.touched import touches
from ducktracker.drift.timeline import Step, steps
from ducktracker.migrate.migrate_options import MigrateOptions
from ducktracker.migrate.run import MigrationRun
from ducktracker.migrate.session import Session
from ducktracker.migrate.transaction import Failed
from ducktracker.plan.broken_views import Views, look_at_views
from ducktracker.plan.value_names import without_value_names
from ducktracker.plan.witness import Witness


class Trial(NamedTuple):
    """What came of the migrations. `failed` is what failed, of `tried`, if that did not need what was not tried."""

    scripts: Sequence[Script]
    witness: Witness
    snapshots: Mapping[int, Sequence[Script]]
    """What each lake snapshot is made of."""
    failed: Failed | None
    tried: Sequence[Script]
    base: SchemaDocument
    end: SchemaDocument
    steps: Sequence[Step]
    views: tuple[Views, Views]
    """Before and after."""


class Notes:
    """The progress of a run that tells what a person wants to know, and nothing else."""

    def __init__(self, notify: Callable[[str], None]) -> None:
        self.note = notify

    def begin(self, total: int) -> None:
        """Say nothing."""

    def applied(self, result: MigrationResult) -> None:
        """Say nothing."""


def attempt(
    session: Session,
    config: Config,
    migrations: MigrationsDocument,
    scripts: Sequence[Script],
    options: MigrateOptions,
    witness: Witness,
    notify: Callable[[str], None],
    *,
    hides_names: bool,
) -> Trial:
    """Run the scripts, which are all that is pending, on the branch that the runner has opened.

    With `hides_names`, columns that may be called by values of rows have other names in what is returned.
    Raises what migrate does if it doesn't even begin.
    """
    base, views = read_schema(session.lake), look_at_views(session.lake)
    done: list[MigrationResult] = []
    waiting, failed = list(scripts), None
    while True:
        run = MigrationRun(session, config, migrations, options, Notes(notify), witness).run(None, waiting)
        applied = [item for item in run.result.migrations if item.outcome == "applied"]
        done += applied
        names = {item.script for item in applied}
        waiting = [script for script in waiting if script.name not in names]
        if run.failed is None or not witness.excuses(run.failed, run.failed.tried(waiting)):
            break
        notify = _nothing
    if run.failure and not run.failed:
        raise run.failure
    failed = run.failed
    end, steps_there = _outcome(session.lake, base, scripts, hides_names=hides_names and witness.made_names)
    return Trial(
        scripts=scripts,
        witness=witness,
        snapshots=_snapshots(scripts, done),
        failed=failed,
        tried=failed.tried(waiting) if failed else (),
        base=base,
        end=end,
        steps=steps_there,
        views=(views, look_at_views(session.lake)),
    )


def _nothing(text: str) -> None:
    """What was said once is not said again."""


def _snapshots(scripts: Sequence[Script], done: Sequence[MigrationResult]) -> dict[int, list[Script]]:
    by_name = {script.name: script for script in scripts}
    found: dict[int, list[Script]] = {}
    for item in done:
        found.setdefault(item.lake_snapshot or 0, []).append(by_name[item.script])
    return found


def _outcome(
    lake: Lake, base: SchemaDocument, scripts: Sequence[Script], *, hides_names: bool
) -> tuple[SchemaDocument, list[Step]]:
    since = base.lake.snapshot or 0
    touched = touches(lake, since)
    end, versions = read_schema(lake), read_versions(lake, since, {touch.object_id for touch in touched})
    if hides_names:
        end, versions = without_value_names(base, scripts, end, versions)
    return end, list(steps(versions, touched))
