"""ducktracker migrate: applies what is pending, each migration exactly once."""

from collections.abc import Callable
from contextlib import ExitStack, closing

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
from dt_lake.server import set_patience
from dt_lint.load import load
from dt_lint.script.statements import Script
from dt_scan.folder import scan
from ducktracker.migrate.hazard_policy import refuse_hazards, refuse_unknown
from ducktracker.migrate.migrate_options import Options
from ducktracker.migrate.results import skipped
from ducktracker.migrate.run import Drive, Run
from ducktracker.migrate.session import Runner
from ducktracker.terminal.progress import Progress

_NO_HISTORY = HistoryDocument(table="")


def dry_run(config: Config, options: Options, say: Callable[[str], None]) -> ResultDocument:
    """Gives what migrate would apply; executes and writes nothing."""
    migrations = scan(config.migrations.directory)
    with ExitStack() as stack:
        try:
            lake = stack.enter_context(open_lake(config))
            connection, history = lake.connection, read_history(lake)
        except LakeMissing:
            connection, history = stack.enter_context(duckdb.connect()), _NO_HISTORY
        waiting = pending(migrations, history, config.behavior, options.target, new_history=options.new_history)
        scripts = load(connection, config, waiting)
    unknown = target_unknown(migrations, history, options.target)
    for warning in (*missing_files(migrations, history), *unread_folders(migrations), *unknown):
        say(warning)
    return ResultDocument(dry_run=True, migrations=tuple(map(skipped, scripts)))


def migrate(config: Config, options: Options, progress: Progress) -> Run:
    """Applies what is pending. A migration that fails ends the run; what came before it stays applied.

    Raises InputError or Refused before anything runs, and LakeError or LakeBusy when the lake can't be had.
    """
    set_patience(options.patience)
    planned = None
    if options.plan:
        from ducktracker.migrate.plan_file import read_plan

        planned = read_plan(options.plan)
        refuse_unknown(planned, options.allow)
        options = replace(options, target=planned.target, mode=options.mode or planned.transaction)
    if config.behavior.hazards == "refuse":
        tried = _refuse_hazards(config, options, progress.note)
        # What was tried is what may run.
        planned = planned or tried
    migrations = scan(config.migrations.directory)
    for warning in unread_folders(migrations):
        progress.note(warning)
    parsed: list[Script] = []
    with (
        translated(place(config.connection)),
        closing(Runner(config, patience=options.patience, say=progress.note)) as runner,
    ):
        try:
            runner.open()
        except LakeMissing:
            parsed = _parsed_without_lake(runner.connection, config, migrations, options, planned)
            if not parsed:
                return Run(ResultDocument())
            planned = None
            runner.make()
        return Drive(runner, config, migrations, options, progress).run(planned, parsed)


def _refuse_hazards(config: Config, options: Options, say: Callable[[str], None]) -> PlanDocument:
    from ducktracker.migrate.plan_file import failure
    from ducktracker.plan.plan import PlanOptions, plan

    asked = PlanOptions(
        target=options.target,
        mode=options.mode,
        new_history=options.new_history,
        patience=options.patience,
        show_values=True,
    )
    tried = plan(config, asked, say_wait=say)
    failed = failure(tried)
    if failed:
        raise failed
    refuse_hazards(tried, options.allow)
    return tried


def _parsed_without_lake(
    connection: duckdb.DuckDBPyConnection,
    config: Config,
    migrations: MigrationsDocument,
    options: Options,
    planned: PlanDocument | None,
) -> list[Script]:
    """All is read, parsed and held against the plan before even the lake is made."""
    waiting = pending(migrations, _NO_HISTORY, config.behavior, options.target)
    if planned:
        from ducktracker.migrate.plan_file import check_plan

        check_plan(planned, waiting, None, options.plan)
    return load(connection, config, waiting)
