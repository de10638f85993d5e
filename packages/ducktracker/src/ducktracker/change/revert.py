"""ducktracker revert: takes drift back, with the rows and values that the lake's past has."""

from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.diff import Change, DiffDocument
from dt_contract.errors import InputError, Refused
from dt_contract.schema import SchemaDocument
from dt_diff.compare import compare
from dt_diff.ignore import parse_rule, without_ignored
from dt_history.commit import current_snapshot
from dt_history.read import read_history
from dt_lake.lake import Lake
from dt_lake.transaction import transaction
from dt_snapshot.options import with_options
from dt_snapshot.reader import read_schema
from ducktracker.change.branch_trial import Notify
from ducktracker.change.carry_out import Done, carry_out
from ducktracker.change.restoration import restoration
from ducktracker.change.task import Task, Tried, rest_of, row
from ducktracker.change.texts import texts
from ducktracker.drift.acceptance import with_changes, with_option_changes
from ducktracker.drift.drift import Look, look
from ducktracker.drift.object_ids import locate
from ducktracker.drift.patch import patched
from ducktracker.drift.unfinished import REVERT
from ducktracker.migrate.session import Session

_MANY = 3
_INVERSE = {"added": "removed", "removed": "added", "renamed": "renamed", "modified": "modified"}


class RevertOptions(msgspec.Struct, frozen=True):
    """What a revert may be told: patterns of the changes to take back, rules for those to leave, and a fill.

    `fill` is an SQL expression, the value of a column that comes back in rows that came since.
    """

    only: Sequence[str] = ()
    rules: Sequence[str] = ()
    fill: str | None = None


def revert(config: Config, options: RevertOptions, agree: Callable[[Tried], bool], notify: Notify) -> Done | None:
    """Take the drift back once `agree` says so; None if there is none. Raises what `carry_out` and `drift` do."""

    def plan(session: Session, merge: bool, done: int) -> Task | None:
        return None if done else _plan(session.lake, options, merge=merge)

    return carry_out(config, plan, agree, notify)


def _plan(lake: Lake, options: RevertOptions, *, merge: bool) -> Task | None:
    with transaction(lake.connection):
        base, history = current_snapshot(lake), read_history(lake)
        rest = rest_of(lake, history, base)
        found = look(lake, history)
    if rest is not None:
        return rest
    chosen = _chosen(found.diff, options)
    if not chosen:
        return None
    live = read_schema(lake)
    wanted = _wanted(live, found, chosen)
    back = restoration(lake, live, wanted, found.nested, options.fill)
    about = _about(chosen)
    parts = texts(lake.connection, lake.config, back, merge=merge)
    if not parts:
        raise Refused(
            f"{about} can't be taken back: {'; '.join(back.left) or 'no SQL brings it about'}",
            hint='to accept it: ducktracker drift --accept "why"',
        )
    return Task(REVERT, about, base, tuple(parts), (row(REVERT, about),), back.schema, back.told, back.left)


def _chosen(diff: DiffDocument, options: RevertOptions) -> tuple[Change, ...]:
    left, _ = without_ignored(diff, options.rules)
    parsed = [parse_rule(text) for text in options.only]
    chosen = tuple(change for change in left.changes if not parsed or any(rule.chooses(change) for rule in parsed))
    if left.changes and not chosen:
        raise InputError(f"no change matches --only {' '.join(options.only)}", hint="`ducktracker drift` lists them")
    return chosen


def _about(chosen: Sequence[Change]) -> str:
    names = list(dict.fromkeys(change.name for change in chosen))
    more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    return f"{', '.join(names[:_MANY])}{more}"


def _wanted(live: SchemaDocument, found: Look, chosen: Sequence[Change]) -> SchemaDocument:
    """The whole schema, with what was chosen as it is expected."""
    if len(chosen) == len(found.diff.changes):
        return _whole(live, found.live, found.expected)
    backwards = compare(found.live, found.expected, expected_name="live", actual_name="expected").changes
    named = {(_INVERSE[change.change], change.object, change.name) for change in chosen}
    keys = {
        (_INVERSE[item.change.change], item.change.object, key)
        for item in found.located
        if (item.change.change, item.change.object, item.change.name)
        in {(change.change, change.object, change.name) for change in chosen}
        for key in item.keys
    }
    taken = [
        item
        for item in locate(backwards, found.live, found.expected)
        if any((item.change.change, item.change.object, key) in keys for key in item.keys)
    ]
    schema = with_changes(found.live, found.expected, taken, found.nested)
    expected, now = found.options
    options = [change for change in backwards if (change.change, change.object, change.name) in named]
    if expected is not None:
        schema = with_options(schema, with_option_changes(now, expected, found.expected, options))
    return _whole(live, found.live, schema)


def _whole(live: SchemaDocument, part: SchemaDocument, wanted: SchemaDocument) -> SchemaDocument:
    kinds = (part.schemas, part.tables, part.views, part.macros)
    objects = {item.id for kind in kinds for item in kind if item.id is not None}
    return replace(patched(live, objects, wanted), options=wanted.options)
