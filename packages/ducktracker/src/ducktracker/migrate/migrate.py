"""ducktracker migrate: apply what is pending, each migration exactly once."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Protocol

import duckdb
from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.history import HistoryDocument
from dt_contract.migrations import MigrationsDocument
from dt_contract.plan import PlanDocument
from dt_contract.result import ResultDocument
from dt_history.pending import pending, target_unknown
from dt_history.problems import missing_files, unread_folders
from dt_history.read import read_history
from dt_lake.attach import LakeMissing, place
from dt_lake.errors import translated
from dt_lake.lake import open_lake
from dt_lake.server import set_lock_timeout
from dt_lint.load import load
from dt_lint.rules.system_columns import check_columns
from dt_lint.script.statements import Script
from dt_scan.folder import scan
from ducktracker.drift.unfinished import check_finished
from ducktracker.migrate.hazard_policy import refuse_unknown
from ducktracker.migrate.migrate_options import MigrateOptions
from ducktracker.migrate.progress import Progress
from ducktracker.migrate.results import skipped
from ducktracker.migrate.run import MigrationRun, Run
from ducktracker.migrate.session import Session

_NO_HISTORY = HistoryDocument(table="")


def dry_run(config: Config, options: MigrateOptions, notify: Callable[[str], None]) -> ResultDocument:
    """Return what migrate would apply; execute and write nothing."""
    migrations = scan(config.migrations.directory)
    with ExitStack() as stack:
        try:
            lake = stack.enter_context(open_lake(config))
            connection, history = lake.connection, read_history(lake)
            check_finished(lake, history)
        except LakeMissing:
            connection, history = stack.enter_context(duckdb.connect()), _NO_HISTORY
        waiting = pending(migrations, history, config.behavior, options.target, new_history=options.new_history)
        scripts = load(connection, config, waiting)
    unknown = target_unknown(migrations, history, options.target)
    for warning in (*missing_files(migrations, history), *unread_folders(migrations), *unknown):
        notify(warning)
    return ResultDocument(dry_run=True, migrations=tuple(map(skipped, scripts)))


class TryFirst(Protocol):
    """Tries on a branch what is pending, and returns the plan, which is what may run then.

    Raises Refused for a hazard that nobody allows, and MigrationFailed.
    """

    def __call__(self, config: Config, options: MigrateOptions, notify: Callable[[str], None], /) -> PlanDocument: ...


def migrate(config: Config, options: MigrateOptions, progress: Progress, *, try_first: TryFirst | None = None) -> Run:
    """Apply what is pending. A migration that fails ends the run; what came before it stays applied.

    `try_first` is called if `behavior.hazards` is "refuse", and must be given then.

    Raises InputError or Refused before anything runs, and LakeError or LakeBusy when the lake can't be had.
    """
    set_lock_timeout(options.lock_timeout)
    planned = None
    if options.plan:
        from ducktracker.migrate.plan_file import read_plan

        planned = read_plan(options.plan)
        refuse_unknown(planned, options.allow)
        options = replace(options, target=planned.target, mode=options.mode or planned.transaction)
    if config.behavior.hazards == "refuse":
        assert try_first, "a policy that refuses hazards needs what tries first"
        tried = try_first(config, options, progress.note)
        planned = planned or tried
    migrations = scan(config.migrations.directory)
    for warning in unread_folders(migrations):
        progress.note(warning)
    parsed: list[Script] = []
    with (
        translated(place(config.connection)),
        closing(Session(config, lock_timeout=options.lock_timeout, notify=progress.note)) as session,
    ):
        try:
            session.open()
        except LakeMissing:
            parsed = _parsed_without_lake(session.connection, config, migrations, options, planned)
            if not parsed:
                return Run(ResultDocument())
            planned = None
            session.make()
        return MigrationRun(session, config, migrations, options, progress).run(planned, parsed)


def _parsed_without_lake(
    connection: duckdb.DuckDBPyConnection,
    config: Config,
    migrations: MigrationsDocument,
    options: MigrateOptions,
    planned: PlanDocument | None,
) -> list[Script]:
    """All is read, parsed and held against the plan before even the lake is made."""
    waiting = pending(migrations, _NO_HISTORY, config.behavior, options.target)
    if planned:
        from ducktracker.migrate.plan_file import check_plan

        check_plan(planned, waiting, None, options.plan)
    scripts = load(connection, config, waiting)
    check_columns(scripts, None, is_postgres=config.connection.catalog_backend == "postgres")
    return scripts
