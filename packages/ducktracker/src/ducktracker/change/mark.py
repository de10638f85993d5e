"""ducktracker mark: a migration that somebody ran by hand is recorded as applied, without running it."""

from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.diff import Change, DiffDocument
from dt_contract.errors import InputError, MigrationFailed, Refused
from dt_contract.history import HistoryDocument
from dt_contract.migrations import Migration, MigrationsDocument
from dt_contract.result import MigrationResult, ResultDocument
from dt_contract.schema import SchemaDocument
from dt_contract.script_text import read_text
from dt_diff.compare import compare, count
from dt_diff.text import change_lines
from dt_history.commit import current_snapshot
from dt_history.ledger import ledger
from dt_history.pending import pending
from dt_history.read import read_history
from dt_history.state import state_of
from dt_history.tail import HistoryTail
from dt_lake.lake import Lake, open_lake
from dt_lake.transaction import transaction
from dt_lake.waiting import open_for_writing
from dt_scan.folder import scan
from dt_snapshot.reader import read_schema
from ducktracker.change.adopted_rows import Occasion, record
from ducktracker.change.drifted import Drifted, drifted
from ducktracker.change.dump import from_nothing
from ducktracker.change.trial import tried
from ducktracker.change.trial_rows import without_nulls
from ducktracker.drift.unfinished import check_finished


class Wish(msgspec.Struct, frozen=True):
    """What is to be recorded and why; `is_forced`: whether or not the lake has what the file makes."""

    version: int
    reason: str
    is_forced: bool = False


class Marked(msgspec.Struct, frozen=True):
    """The migration, and the drift that is expected once it counts as applied.

    `is_compared`: it was tried, and changes the schema, so that the lake could be compared with what it makes.
    """

    migration: Migration
    diff: DiffDocument
    is_compared: bool


def dry_run(config: Config, wish: Wish) -> Marked:
    """Return what mark would record; write nothing. Raise what `mark` does."""
    with open_lake(config) as lake:
        return _look(lake, wish)[0]


def mark(config: Config, wish: Wish) -> tuple[Marked, ResultDocument]:
    """Record a versioned migration as applied, and what it makes as expected, in one transaction.

    Raise InputError for a version without a file, and if it is not known what is expected; Refused if it is applied
    or baselined, if another one below it is pending, or if the lake doesn't have what the file makes; MigrationFailed
    if it fails after the others; LakeBusy if somebody changed the lake meanwhile.
    """
    with open_for_writing(config) as lake:
        found, drift, history, tail = _look(lake, wish)
        occasion = Occasion(f"<< Marked V{wish.version} >>", f"V{wish.version} marked as applied: {wish.reason}")
        snapshot = record(lake, drift._replace(diff=found.diff), history, tail, [found.migration], occasion)
    return found, result(found, snapshot)


def result(found: Marked, snapshot: int | None = None) -> ResultDocument:
    """Return the document of what was recorded in a lake snapshot, or (None) was not."""
    item = MigrationResult(
        script=found.migration.script,
        outcome="skipped" if snapshot is None else "applied",
        lake_snapshot=snapshot,
        about="marked as applied, not run",
    )
    return ResultDocument(dry_run=snapshot is None, migrations=(item,))


def _look(lake: Lake, wish: Wish) -> tuple[Marked, Drifted, HistoryDocument, HistoryTail]:
    config = lake.config
    migrations = scan(config.migrations.directory)
    with transaction(lake.connection):
        seen, history = current_snapshot(lake), read_history(lake)
        check_finished(lake, history)
        migration = _wanted(migrations, history, config, wish.version)
        drift = drifted(lake, history, ())
    made = _changes(config, migration, drift, wish)
    if not wish.is_forced:
        _check(migration, made, drift)
    taken = tuple(change for change in drift.diff.changes if _is_of(change, made.names))
    diff = replace(drift.diff, changes=taken, counts=count(taken))
    return Marked(migration, diff, bool(made.names)), drift, history, HistoryTail.of(history, seen)


def _wanted(migrations: MigrationsDocument, history: HistoryDocument, config: Config, version: int) -> Migration:
    waiting = [item for item in pending(migrations, history, config.behavior, version) if item.version is not None]
    for item in waiting:
        if item.version == version and item.type == "versioned":
            others = [other.script for other in waiting if (other.version or 0) < version]
            if others and not config.behavior.out_of_order:
                raise Refused(
                    f"is pending, and below V{version}",
                    place=others[0],
                    hint="run `ducktracker migrate` up to it first",
                )
            return item
    book = ledger(history)
    for item in migrations.migrations:
        if item.version == version and item.type == "versioned":
            raise Refused(f"is {state_of(item, book)} already; nothing was recorded", place=item.script)
    raise InputError(f"no migration has the version {version}", hint="write the file first, and then mark it")


class _Made(msgspec.Struct, frozen=True):
    """The schema after the file has run where what is expected was, and the names of what it changed."""

    schema: SchemaDocument
    names: frozenset[str]


def _changes(config: Config, migration: Migration, drift: Drifted, wish: Wish) -> _Made:
    text = read_text(Path(config.migrations.directory, migration.script))
    seen: list[SchemaDocument] = []
    try:
        schema = tried(
            config,
            {migration.script: text},
            after=from_nothing(drift.expected, config),
            filled=without_nulls(drift.expected, drift.wanted),
            at_start=lambda lake: seen.append(read_schema(lake)),
        )
    except MigrationFailed as failed:
        if wish.is_forced:
            return _Made(SchemaDocument(), frozenset())
        failed.hint = "it was tried after the migrations that are applied; pass --force to mark it all the same"
        raise
    diff = compare(seen[0], schema, expected_name="expected", actual_name="what the file makes")
    return _Made(schema, frozenset(name for change in diff.changes for name in _names(change)))


def _check(migration: Migration, made: _Made, drift: Drifted) -> None:
    diff = compare(made.schema, drift.look.live, expected_name="what the file makes", actual_name="live")
    within = {name[:end] for name in made.names for end in _ends(name)}
    for change in diff.changes:
        is_order = change.name in within and any(detail.field == "column_order" for detail in change.details)
        if is_order or _is_of(change, made.names):
            text = " ".join(part.strip() for part in change_lines(replace(change, hazards=())))
            raise Refused(
                f"the lake does not have what it makes: {text}",
                place=migration.script,
                hint="change the file; or pass --force to mark it all the same",
            )


def _is_of(change: Change, names: Collection[str]) -> bool:
    """Whether a change is of one of these objects, or of something in it."""
    return any(name[:end] in names for name in _names(change) for end in _ends(name))


def _ends(name: str) -> Iterable[int]:
    return (*(place for place, sign in enumerate(name) if sign == "."), len(name))


def _names(change: Change) -> Iterable[str]:
    former = change.before if change.change == "renamed" else None
    return (change.name,) if former is None else (change.name, former)
