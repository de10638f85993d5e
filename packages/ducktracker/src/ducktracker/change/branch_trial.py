"""Tries a revert or an undo on a branch of the lake, and compares what that shows with what was promised.

It is the same comparison that finds drift.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from dt_branch.branch import create, on_branch
from dt_config.config import Backend, Config
from dt_contract.diff import DiffDocument
from dt_contract.errors import MigrationFailed, Refused
from dt_contract.schema import Lake as LakeIdentity
from dt_contract.schema import SchemaDocument
from dt_diff.compare import compare, count
from dt_lake.attach import place
from dt_lake.errors import translated
from dt_lake.sandbox import connect_sandboxed
from dt_lake.temporary_folder import temporary_folder
from dt_snapshot.reader import read_schema
from ducktracker.change.file_trial import FileTrial
from ducktracker.change.inverse import is_order_only
from ducktracker.change.run_task import run
from ducktracker.change.task import Task, Tried
from ducktracker.migrate.session import Session
from ducktracker.plan.broken_views import look_at_views, newly_broken

Notify = Callable[[str], None]
Plan = Callable[[Session, bool, int], Task | None]
"""Works out the next task in an open lake, None if there is none; so many are done.

With False each piece of it gets a transaction of its own.
"""
PATIENCE = 60.0
"""Seconds to wait for a lake that another process holds."""


def tried(config: Config, plan: Plan, notify: Notify) -> Tried | None:
    """Return what comes of a task on a branch; None if there is nothing to do. Raises what `carry_out` does."""
    try:
        return _tried(config, plan, notify, merge=True)
    except MigrationFailed:
        return _tried(config, plan, notify, merge=False)


def _tried(config: Config, plan: Plan, notify: Notify, *, merge: bool) -> Tried | None:
    with _branch(config, notify) as branch, ExitStack() as stack:
        session = stack.enter_context(branch.session())
        before, views = read_schema(session.lake), look_at_views(session.lake)
        tasks: list[Task] = []
        while task := plan(session, merge, len(tasks)):
            _check_all_tried(tasks)
            if task.file and not any(done.file for done in tasks):
                stack.close()
                session = stack.enter_context(branch.session(has_walls=True))
            tasks.append(_run(session, branch, task))
        if not tasks:
            return None
        broken = newly_broken(views, look_at_views(session.lake))
        if broken and not tasks[-1].not_tried:
            _refuse_broken(tasks[0], ".".join(min(broken)))
        diff = compare(before, read_schema(session.lake), expected_name="live", actual_name=tasks[0].command)
        return Tried(tuple(tasks), diff)


def _run(session: Session, branch: "_Branch", task: Task) -> Task:
    """Run a task; return it with what was not tried of the file that it runs."""
    if task.file:
        walls = FileTrial(task.file, backend=branch.backend)
        run(session, branch.config, task, task.base, is_trial=True, walls=walls)
        return task._replace(not_tried=walls.not_tried, told=(*task.told, *walls.not_tried))
    run(session, branch.config, task, task.base, is_trial=True)
    if task.wanted is not None:
        _check(task, compared(task.wanted, read_schema(session.lake)))
    return task


def _check_all_tried(tasks: Sequence[Task]) -> None:
    """Raise Refused if the branch is not what the lake would be."""
    if tasks and tasks[-1].not_tried:
        raise Refused(
            f"{tasks[-1].not_tried[0]}; so it isn't known what to undo before it",
            hint="run `ducktracker undo` without --target, which undoes the newest migration alone",
        )


def compared(wanted: SchemaDocument, after: SchemaDocument) -> DiffDocument:
    """Compare by names, as what comes back has other ids; it may stand behind the other columns."""
    nameless = LakeIdentity()
    found = compare(
        replace(wanted, lake=nameless), replace(after, lake=nameless), expected_name="promised", actual_name="tried"
    )
    changes = tuple(change for change in found.changes if not is_order_only(change))
    return replace(found, changes=changes, counts=count(changes))


def _check(task: Task, diff: DiffDocument) -> None:
    left = {item.partition(":")[0] for item in task.left}
    surprising = [change for change in diff.changes if change.name not in left]
    if surprising:
        first, more = surprising[0], len(surprising) - 1
        others = f", and {more} more" if more else ""
        raise Refused(
            f"tried on a branch, {task.command} does not bring back {first.object} {first.name}{others}; "
            "nothing was done in the lake",
            hint=f"ducktracker {task.command} --dry-run shows the SQL; run it by hand, part by part",
        )


def _refuse_broken(task: Task, view: str) -> None:
    raise Refused(
        f"view {view} would not work any more; nothing was done in the lake",
        hint=f"drop or change the view first, then run `ducktracker {task.command}` again",
    )


class _Branch(NamedTuple):
    config: Config
    folders: tuple[str, ...]
    needs_httpfs: bool
    backend: Backend

    @contextmanager
    def session(self, *, has_walls: bool = False) -> Iterator[Session]:
        """Open the branch; with walls nothing else can be read or written, by what a file left in it either."""
        sandbox = partial(connect_sandboxed, self.config, self.folders, needs_httpfs=self.needs_httpfs)
        opened = Session(self.config, lock_timeout=0, notify=lambda _: None, sandbox=sandbox if has_walls else None)
        with closing(opened) as session:
            session.open()
            yield session


@contextmanager
def _branch(config: Config, notify: Notify) -> Iterator[_Branch]:
    with temporary_folder() as folder, translated(place(config.connection)):
        made = create(config, str(folder / "branch.db"), lock_timeout=PATIENCE, notify=notify)
        Path(made.data_path).mkdir(exist_ok=True)
        own = on_branch(config, made.catalog)
        own = replace(own, connection=replace(own.connection, read_only=False))
        needs_httpfs = made.is_encrypted or any("://" in path for path in made.shared)
        yield _Branch(own, (str(folder), *made.shared), needs_httpfs, config.connection.catalog_backend)
