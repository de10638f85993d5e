"""ducktracker plan: what migrate would do, rehearsed on the lake itself."""

from collections.abc import Callable
from contextlib import ExitStack
from unicodedata import normalize

from dt_config.config import Config
from dt_contract import codec
from dt_contract.errors import InputError, LakeBusy, MigrationFailed
from dt_contract.files import replace_file
from dt_contract.history import HistoryDocument
from dt_contract.migrations import Migration
from dt_contract.plan import PlanDocument
from dt_contract.streams import read_document
from dt_history.problems import missing_files, unread_folders
from dt_history.read import read_history
from dt_lake.attach import LakeMissing
from dt_lake.lake import Lake, open_lake
from dt_scan.folder import scan
from dt_snapshot.reader import read_schema
from ducktracker.pending import pending, target_unknown
from ducktracker.rehearse import rehearse
from ducktracker.scripts import load
from ducktracker.throwaway import throwaway

_ALL_ROWS = 2**62
"""Rows stay in the transaction: a rehearsal that is killed leaves no file."""
_LOOK = "nothing was applied; look again with `ducktracker plan`"


def plan(
    config: Config,
    target: int | None = None,
    *,
    new_history: bool = False,
    say: Callable[[str], None] | None = None,
) -> PlanDocument:
    """Rehearses what is pending; where there is no lake yet, in a throw-away one. Leaves nothing behind.

    Raises InputError or Refused when migrate would not even begin.
    """
    with ExitStack() as stack:
        try:
            lake = stack.enter_context(open_lake(config, write=True, inline_rows=_ALL_ROWS))
            is_there = True
        except LakeMissing:
            own = stack.enter_context(throwaway(config))
            lake = stack.enter_context(open_lake(own, write=True, create=True, inline_rows=_ALL_ROWS))
            is_there = False
        migrations = scan(config.migrations.directory)
        history = read_history(lake) if is_there else HistoryDocument(table="")
        waiting = pending(migrations, history, config.behavior, target, new_history=new_history)
        if say:
            unknown = target_unknown(migrations, history, target)
            for warning in (*missing_files(migrations, history), *unread_folders(migrations), *unknown):
                say(warning)
        return _plan(lake, config, waiting, target, is_there=is_there)


def _plan(lake: Lake, config: Config, waiting: list[Migration], target: int | None, *, is_there: bool) -> PlanDocument:
    scripts = load(lake.connection, config, waiting)
    live = read_schema(lake)
    seen = rehearse(lake, scripts, live)
    return PlanDocument(
        target=target,
        base_snapshot=live.lake.snapshot if is_there else None,
        base_fingerprint=live.fingerprint if is_there else None,
        migrations=seen.migrations,
        diff=seen.diff,
        hazards=seen.hazards,
        failure=seen.failure,
        complete=seen.complete,
    )


def save(document: PlanDocument, path: str) -> None:
    """Writes the plan to a file. Raises InputError."""
    try:
        replace_file(path, codec.encode(document))
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror}", place=path) from None


def failure(document: PlanDocument) -> MigrationFailed | None:
    """Gives the error for a plan that would fail."""
    if document.failure is None:
        return None
    failed = document.failure
    return MigrationFailed(
        failed.error, place=f"{failed.script}:{failed.line}", excerpt=failed.sql, hint="nothing was applied"
    )


def read_plan(path: str) -> PlanDocument:
    """Gives a plan from a file. Raises InputError, also for a plan that would fail."""
    document = read_document(path, PlanDocument, reader="ducktracker migrate", hint="ducktracker plan --out FILE")
    if document.failure:
        raise InputError(f"this plan would fail: {document.failure.error}", place=path)
    return document


def check_plan(
    planned: PlanDocument, waiting: list[Migration], lake: Lake | None, *, source: str = "plan", hint: str = _LOOK
) -> None:
    """Raise LakeBusy if the pending files or the lake's schema are no longer those of the plan.

    `source` is what the plan comes from, and `hint` what to do.
    """
    was = [(normalize("NFC", item.script), item.checksum) for item in planned.migrations]
    now = [(normalize("NFC", item.script), item.checksum) for item in waiting]
    if was != now:
        changed = min((script for script, _ in {*was} ^ {*now}), default="their order")
        raise LakeBusy(f"the pending migrations are no longer those of the {source}: {changed}", hint=hint)
    fingerprint = read_schema(lake).fingerprint if lake else None
    if fingerprint != planned.base_fingerprint:
        raise LakeBusy(f"the lake's schema is no longer that of the {source}", hint=hint)
