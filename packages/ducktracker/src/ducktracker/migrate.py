"""ducktracker migrate: applies what is pending, each migration exactly once."""

from contextlib import ExitStack, closing

from dt_config.config import Config
from dt_contract.history import HistoryDocument
from dt_contract.migrations import MigrationsDocument
from dt_contract.result import ResultDocument
from dt_history.read import read_history
from dt_lake.attach import LakeMissing
from dt_lake.lake import connect, open_lake
from dt_scan import scan
from ducktracker.batches import Mode
from ducktracker.drive import Drive, Run, skipped
from ducktracker.pending import pending
from ducktracker.progress import Progress
from ducktracker.runner import Runner
from ducktracker.scripts import load
from ducktracker.statements import Script

_NO_HISTORY = HistoryDocument(table="")


def dry_run(config: Config, target: int | None) -> ResultDocument:
    """Gives what migrate would apply; executes and writes nothing."""
    migrations = scan(config.migrations.directory)
    with ExitStack() as stack:
        try:
            lake = stack.enter_context(open_lake(config))
            connection, history = lake.connection, read_history(lake)
        except LakeMissing:
            connection, history = stack.enter_context(connect(config)), _NO_HISTORY
        scripts = load(connection, config, pending(migrations, history, config.behavior, target))
    return ResultDocument(dry_run=True, migrations=tuple(map(skipped, scripts)))


def migrate(config: Config, *, target: int | None, mode: Mode | None, patience: float, progress: Progress) -> Run:
    """Applies what is pending. A migration that fails ends the run; what came before it stays applied.

    Raises InputError or Refused before anything runs, and LakeError or LakeBusy when the lake can't be had.
    """
    migrations = scan(config.migrations.directory)
    try:
        runner = Runner(config, create=False, patience=patience, say=progress.note)
    except LakeMissing:
        if not _parsed_without_lake(config, migrations, target):
            return Run(ResultDocument())
        runner = Runner(config, create=True, patience=patience, say=progress.note)
    with closing(runner):
        drive = Drive(runner, config, migrations, target, mode or config.behavior.transaction, patience, progress)
        return drive.run()


def _parsed_without_lake(config: Config, migrations: MigrationsDocument, target: int | None) -> list[Script]:
    """All is read and parsed before even the lake is made."""
    with connect(config) as connection:
        return load(connection, config, pending(migrations, _NO_HISTORY, config.behavior, target))
