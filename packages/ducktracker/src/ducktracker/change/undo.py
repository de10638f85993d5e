"""ducktracker undo: takes migrations back, newest first, with the rows and values that the lake's past has."""

from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.errors import Refused
from dt_contract.history import HistoryDocument, HistoryRow
from dt_contract.migrations import Migration
from dt_contract.script_text import read_text
from dt_history.commit import current_snapshot
from dt_history.data import read_data
from dt_history.read import read_history
from dt_history.table import NewRow
from dt_lake.lake import Lake
from dt_lake.transaction import transaction
from dt_scan.folder import scan
from dt_snapshot.commits import commits
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.options import read_options, with_options
from dt_snapshot.reader import read_schema
from dt_snapshot.touched import touches
from ducktracker.change.branch_trial import Notify
from ducktracker.change.carry_out import Done, carry_out
from ducktracker.change.inverse import Step, Successors, in_the_way, only, renumbered, taken_back
from ducktracker.change.replayed import replayed, schema_after
from ducktracker.change.restoration import Restoration, restoration
from ducktracker.change.rows_changed import RowsChanged, ours
from ducktracker.change.same_names import with_ids_by_name
from ducktracker.change.successors import successors
from ducktracker.change.task import Task, Tried, rest_of
from ducktracker.change.texts import texts
from ducktracker.change.undone import (
    Batch,
    check_not_squashed,
    check_target,
    check_was_run,
    chosen,
    newest_batch,
    undo_file,
    without_files,
)
from ducktracker.drift.carry_over import Nested
from ducktracker.drift.expectation import nested_by
from ducktracker.drift.row_data import row_data
from ducktracker.drift.unfinished import UNDO
from ducktracker.migrate.session import Session


class UndoOptions(msgspec.Struct, frozen=True):
    """What an undo may be told: the version that stays applied, and whether rows are taken back too."""

    target: int | None = None
    rows: bool = False


def undo(config: Config, options: UndoOptions, agree: Callable[[Tried], bool], notify: Notify) -> Done | None:
    """Take migrations back once `agree` says so; None if there is none. Raises what `carry_out` does."""
    migrations = scan(config.migrations.directory)

    def plan(session: Session, merge: bool, done: int) -> Task | None:
        lake = session.lake
        with transaction(lake.connection):
            base, history = current_snapshot(lake), read_history(lake)
            rest = rest_of(lake, history, base)
        if rest is not None or (options.target is None and done):
            return rest
        if not done:
            check_target(history, options.target)
        batch = newest_batch(history, chosen(history, options.target))
        if batch is None:
            return None
        check_not_squashed(migrations, batch.chosen)
        file = undo_file(migrations, batch.chosen[-1])
        if file:
            return _by_file(config, batch.chosen[-1], file, base)
        return _Undo(lake, history, without_files(migrations, batch), options).task(config, merge=merge)

    return carry_out(config, plan, agree, notify)


def _by_file(config: Config, row: HistoryRow, file: Migration, base: int) -> Task:
    text = read_text(Path(config.migrations.directory, file.script))
    new = NewRow("undone", row.version, row.description, file.script, file.checksum)
    about = f"{row.script} by {file.script}"
    return Task(
        UNDO, about, base, (text,), (new,), None, (f"{row.script}: {file.script} is run to undo it",), file=file.script
    )


class _Undo:
    """Takes the migrations of a lake snapshot back."""

    def __init__(self, lake: Lake, history: HistoryDocument, batch: Batch, options: UndoOptions) -> None:
        self._lake = lake
        self._history = history
        self._batch = batch
        self._options = options
        self._rows = batch.rows
        self._notes: tuple[str, ...] = ()

    @property
    def _about(self) -> str:
        return ", ".join(row.script for row in reversed(self._rows))

    def task(self, config: Config, *, merge: bool) -> Task:
        """Return the task; `config` is that of the lake itself, of which a branch can be made."""
        lake, snapshot = self._lake, self._batch.snapshot
        check_was_run(self._history, self._batch)
        self._check_past(snapshot)
        with transaction(lake.connection):
            base = current_snapshot(lake)
            ids = {touch.object_id for touch in touches(lake, snapshot - 1) if touch.snapshot == snapshot}
            versions = read_versions(lake, snapshot - 1, ids)
            nested = nested_by(versions)
            now = successors(lake, self._history)
            # The lake keeps the options of what was dropped, by its id.
            before = with_options(versions.at(snapshot - 1, ids), read_options(lake))
            step = Step(replace(before, options=None), versions.at(snapshot, ids))
        if not self._batch.is_whole:
            step = self._part(config, step)
        step = Step(renumbered(step.before, now), renumbered(step.after, now))
        back, told = self._back(step, nested, now)
        parts = texts(lake.connection, lake.config, back, merge=merge)
        if not parts and told and not self._options.rows:
            raise Refused(
                f"changed nothing but rows: {'; '.join(told)}",
                place=self._about,
                hint="`ducktracker undo --rows` takes them back",
            )
        rows = tuple(
            NewRow("undone", row.version, row.description, row.script, row.checksum) for row in reversed(self._rows)
        )
        told = (*self._notes, *back.told, *told)
        return Task(UNDO, self._about, base, tuple(parts) or ("SELECT 1;\n",), rows, back.schema, told, back.left)

    def _part(self, config: Config, step: Step) -> Step:
        """What the chosen ones did, of all that the lake snapshot did; of all that are applied if that isn't known."""
        batch, end = self._batch, read_schema(self._lake, self._batch.snapshot)
        found = replayed(config, batch, end)
        before, after = step
        if found and len(batch.rows) < len(batch.every):
            schema = schema_after(found, max(row.version or 0 for row in batch.rows), end)
            after, found = (only(schema, step), found) if schema else (after, None)
        if found and batch.stay:
            schema = schema_after(found, max(row.version or 0 for row in batch.stay), end)
            before, found = (only(schema, step), found) if schema else (before, None)
        if found:
            self._rows = batch.chosen
            return Step(before, after)
        if batch.stay:
            stay = ", ".join(row.script for row in batch.stay)
            self._notes = (
                f"{stay}: also undone, as what it did in lake snapshot {batch.snapshot} can't be told from the rest",
            )
        return step

    def _check_past(self, snapshot: int) -> None:
        missing = {snapshot - 1, snapshot} - commits(self._lake, {snapshot - 1, snapshot}).keys()
        if missing:
            raise Refused(
                f"can't be undone: lake snapshot {min(missing)}, which knows what was before it, was expired",
                place=self._about,
                hint="write a new migration that takes it back, or a U file",
            )

    def _back(self, step: Step, nested: Nested, now: Successors) -> tuple[Restoration, tuple[str, ...]]:
        lake = self._lake
        live = read_schema(lake)
        step = with_ids_by_name(step, live)
        later = in_the_way(live, step)
        if later:
            names = ", ".join(f"{change.object} {change.name} ({change.change})" for change in later[:5])
            more = f" and {len(later) - 5} more" if len(later) > 5 else ""
            raise Refused(
                f"can't be undone, because what it did was changed since: {names}{more}",
                place=self._about,
                hint="`ducktracker revert` takes back what no migration did; `ducktracker log` shows who did it",
            )
        wanted = taken_back(live, step, nested)
        back = restoration(lake, live, wanted, nested)
        changed = RowsChanged(lake, self._batch.snapshot, live, now)
        told = changed.told(are_back=self._options.rows)
        if self._options.rows:
            changed.check(ours(self._history))
            back = back._replace(pieces=(*back.pieces, *changed.pieces(back.schema)))
        left, moved = (*back.left, *self._options_left()), changed.moved()
        return back._replace(told=(*back.told, *moved), left=left), told

    def _options_left(self) -> list[str]:
        """The lake keeps no past of its options."""
        ranks = [row.installed_rank for row in self._rows]
        found = [item for data in read_data(self._lake, ranks).values() for item in row_data(data).options]
        return [
            f"{'.'.join(filter(None, (item.owner, item.key)))}: stays {item.value}, as the lake has no record of what "
            "the option was before"
            for item in found
        ]
