"""ducktracker plan: what migrate would do, tried on a branch of the lake."""

from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from dt_branch.branch import create, on_branch
from dt_config.config import Config
from dt_contract.branch import BranchDocument
from dt_contract.errors import Refused, Stop
from dt_contract.migrations import MigrationsDocument
from dt_contract.plan import PlanDocument
from dt_contract.transactions import Mode
from dt_history.pending import pending
from dt_history.problems import unread_folders
from dt_history.read import read_history
from dt_lake.attach import LakeMissing, place
from dt_lake.errors import translated
from dt_lake.lake import open_lake
from dt_lake.sandbox import connect_sandboxed
from dt_lake.temporary_folder import temporary_folder
from dt_lake.throwaway_lake import throwaway_in
from dt_lint.load import load
from dt_lint.script.classify import needs_no_files
from dt_scan.folder import scan
from ducktracker.migrate.batches import effective
from ducktracker.migrate.hazard_policy import refuse_hazards
from ducktracker.migrate.migrate_options import MigrateOptions
from ducktracker.migrate.session import Session
from ducktracker.plan.plan_document import diff_of, failure_of, migrations_of, not_checked, snapshots_of
from ducktracker.plan.planned_hazards import planned_hazards
from ducktracker.plan.trial import attempt
from ducktracker.plan.witness import Rows, Witness


class PlanOptions(msgspec.Struct, frozen=True):
    """What a plan may be told. `mode` None is that of the configuration; with rows `none` no rows are written or read.

    `lock_timeout` is for how many seconds to wait for a lake that another process holds.
    """

    target: int | None = None
    mode: Mode | None = None
    rows: Rows = "run"
    allow_external: bool = False
    show_values: bool = False
    hide_values: bool = False
    """Whether names that may be made of values must not be shown either."""
    new_history: bool = False
    lock_timeout: float = 5


class _Branch(NamedTuple):
    """A configuration that is pointed at a branch, or at a new lake if there is none yet."""

    config: Config
    folders: tuple[str, ...]
    needs_httpfs: bool = False
    made: BranchDocument | None = None


def plan(
    config: Config,
    options: PlanOptions,
    notify: Callable[[str], None] = lambda _: None,
    notify_wait: Callable[[str], None] | None = None,
) -> PlanDocument:
    """Try what is pending on a branch of the lake, or if there is no lake yet in a new one. Leaves nothing behind.

    `notify` tells what migrate would tell, `notify_wait` or else `notify` that the lake is waited for.

    Raises InputError or Refused when migrate would not even begin.
    """
    migrations = scan(config.migrations.directory)
    for warning in unread_folders(migrations):
        notify(warning)
    with temporary_folder() as folder, translated(place(config.connection)):
        branch = _branch(config, folder, options.lock_timeout, notify_wait or notify)
        if branch.made and not branch.made.is_whole and _needs_files(branch.config, migrations, options):
            branch = _branch(config, folder / "whole", options.lock_timeout, notify_wait or notify, whole=True)
        sandbox = partial(
            connect_sandboxed,
            branch.config,
            branch.folders,
            needs_httpfs=branch.needs_httpfs,
            allow_external=options.allow_external,
        )
        try:
            with closing(Session(branch.config, lock_timeout=0, notify=notify, sandbox=sandbox)) as session:
                session.open()
                return _planned(session, config, branch, migrations, options, notify)
        except Stop as stop:
            if stop.place == place(branch.config.connection):
                stop.place = place(config.connection)
            raise


def _planned(
    session: Session,
    config: Config,
    branch: _Branch,
    migrations: MigrationsDocument,
    options: PlanOptions,
    notify: Callable[[str], None],
) -> PlanDocument:
    history = read_history(session.lake)
    waiting = pending(migrations, history, config.behavior, options.target, new_history=options.new_history)
    scripts = load(session.connection, branch.config, waiting)
    mode = effective(options.mode or config.behavior.transaction, len(scripts))
    run = MigrateOptions(target=options.target, mode=mode, new_history=options.new_history)
    backend = config.connection.catalog_backend
    witness = Witness(scripts, options.rows, backend=backend, hides_values=options.hide_values)
    hides_names = not options.show_values
    trial = attempt(session, branch.config, migrations, scripts, run, witness, notify, hides_names=hides_names)
    diff = diff_of(trial)
    tried = migrations_of(trial)
    document = PlanDocument(
        target=options.target,
        transaction=mode,
        configuration=config.path,
        catalog=config.connection.catalog_backend,
        lake=branch.made.lake if branch.made else None,
        branch=branch.made.source_branch if branch.made else None,
        base_snapshot=branch.made.snapshot if branch.made else None,
        base_fingerprint=trial.base.fingerprint if branch.made else None,
        migrations=tried,
        diff=diff,
        snapshots=snapshots_of(trial),
        hazards=planned_hazards(session.lake, trial, diff, counts=options.rows == "run"),
        not_checked=not_checked(trial),
        failure=failure_of(trial, show_values=options.show_values),
        incomplete=sum(bool(statement.not_tried) for migration in tried for statement in migration.statements),
    )
    return replace(document, refusal=_refusal(config, document))


def _refusal(config: Config, document: PlanDocument) -> str | None:
    if config.behavior.hazards == "refuse" and not document.failure:
        try:
            refuse_hazards(document, ())
        except Refused as refused:
            return str(refused)
    return None


def _needs_files(config: Config, migrations: MigrationsDocument, options: PlanOptions) -> bool:
    """Whether what is pending may need the files of a table, to write or read rows or to count what is lost."""
    with open_lake(config) as lake:
        history = read_history(lake)
        waiting = pending(migrations, history, config.behavior, options.target, new_history=options.new_history)
        scripts = load(lake.connection, config, waiting)
    return not all(needs_no_files(statement) for script in scripts for statement in script.statements)


def _branch(
    config: Config, folder: Path, lock_timeout: float, notify: Callable[[str], None], *, whole: bool = False
) -> _Branch:
    """A branch, at first without the files of a lake with very many, but for those of its history."""
    folder.mkdir(exist_ok=True)
    files_of = None if whole else (config.migrations.schema_history_table,)
    try:
        made = create(config, str(folder / "branch.db"), lock_timeout=lock_timeout, notify=notify, files_of=files_of)
    except LakeMissing:
        own = throwaway_in(folder, config)
        Path(own.connection.data_path).mkdir()
        with open_lake(own, write=True, create=True):
            return _Branch(own, (str(folder),))
    Path(made.data_path).mkdir(exist_ok=True)
    own = on_branch(config, made.catalog)
    own = replace(own, connection=replace(own.connection, read_only=False))
    needs_httpfs = made.is_encrypted or any("://" in path for path in made.shared)
    return _Branch(own, (str(folder), *made.shared), needs_httpfs, made)
