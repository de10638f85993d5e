"""ducktracker drift: what in the live lake no migration made.

Only what was touched since the newest copy is read, and what had drifted before it, so that the cost follows the
changes and not the tables.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.diff import Change, DiffDocument
from dt_contract.history import HistoryDocument
from dt_contract.schema import Lake as LakeIdentity
from dt_contract.schema import SchemaDocument
from dt_diff.compare import compare
from dt_history.expected_rows import ExpectedLost, check_rewritten, expected_snapshot, made_by_us
from dt_history.read import read_history
from dt_history.whole import lost_files
from dt_lake.lake import Lake, open_lake
from dt_lake.transaction import transaction
from dt_snapshot.commits import commits
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.moment import newest
from dt_snapshot.options import Options, read_options, with_options
from dt_snapshot.reader import schema_at
from dt_snapshot.touched import touches
from ducktracker.drift.adoption import Note
from ducktracker.drift.blame import blamed
from ducktracker.drift.carry_over import Nested
from ducktracker.drift.expectation import Changes, changes, expect, expected_options, nested_by, no_keywords, with_moved
from ducktracker.drift.object_ids import Key, Located, locate
from ducktracker.drift.schema_copies import Copy, read_copy, schema_of
from ducktracker.drift.timeline import steps

EXPECTED = "what the migrations made"
"""What the expected side of a drift is called."""


def drift(config: Config, *, since_migration: bool = False) -> DiffDocument:
    """Compare what the migrations made, and nobody else, with the live lake.

    With `since_migration`, compare the lake as the last migration, baseline or acceptance left it. Raise InputError if
    the history names no such point, ExpectedLost if what is expected is not known any more, and FilesLost if a
    migration lost rows.
    """
    with open_lake(config) as lake, transaction(lake.connection):
        history = read_history(lake)
        lost = lost_files(lake, history)
        if lost:
            raise lost
        return since_the_last(lake, history) if since_migration else drift_of(lake, history)


class Look(NamedTuple):
    """A drift, the two schemas that were compared, restricted to what was looked at, and where its changes are."""

    diff: DiffDocument
    expected: SchemaDocument
    live: SchemaDocument
    located: list[Located]
    happened: Changes
    options: tuple[Options | None, Options]
    """The expected ones and the live ones."""
    nested: Nested
    notes: Collection[Note] = ()


def drift_of(lake: Lake, history: HistoryDocument) -> DiffDocument:
    """Return the drift of an open lake; the caller's transaction makes the queries agree."""
    return look(lake, history).diff


def look(lake: Lake, history: HistoryDocument, *, is_whole: bool = False) -> Look:
    """Look for drift in an open lake; the caller's transaction makes the queries agree.

    With `is_whole` the two schemas hold everything, and not only what may have drifted.
    """
    expected_snapshot(history)
    check_rewritten(history)
    happened, live = changes(lake, history), read_options(lake)
    options = expected_options(lake, happened)
    others = with_other_options(options, live) | (_objects(schema_at(lake, newest(lake))) if is_whole else set())
    if happened.are_ours and not happened.touched and not others:
        alone = SchemaDocument(lake=LakeIdentity(id=history.lake))
        before, after = with_options(alone, options), with_options(alone, live)
        diff = _told(_compared(before, after), happened)
        return Look(diff, before, after, locate(diff.changes, before, after), happened, (options, live), no_keywords)
    expected = expect(lake, history, happened, others)
    options = with_moved(options, expected.moved)
    before = with_options(expected.schema, options)
    after = with_options(expected.versions.at(newest(lake), expected.objects), live)
    diff = _compared(before, after)
    ours = {row.lake_snapshot or 0 for row in made_by_us(history)}
    events = list(steps(expected.versions, expected.touched))
    located = locate(diff.changes, before, after)
    blame = blamed(located, events, expected.commits, history, not_by=ours)
    diff = _told(replace(diff, changes=noted(located, blame, expected.notes)), happened)
    both = (options, live)
    return Look(diff, before, after, located, happened, both, nested_by(expected.versions), expected.notes)


def since_the_last(lake: Lake, history: HistoryDocument) -> DiffDocument:
    """Return what changed since the last migration, baseline or acceptance; what had drifted before is left out."""
    since = expected_snapshot(history)
    check_rewritten(history)
    touched = touches(lake, since)
    known = commits(lake, {since, *(touch.snapshot for touch in touched)})
    copy, options = read_copy(lake, history, since), read_options(lake)
    past = None if since in known else _copied(lake, copy, since)
    former = copy.header.options if copy else None
    objects = {touch.object_id for touch in touched} | with_other_options(former, options) | _objects(past)
    versions = read_versions(lake, since, objects)
    before = past or with_options(versions.at(since, objects), former)
    after = with_options(versions.at(newest(lake), objects), options)
    diff = compare(before, after, expected_name=f"lake snapshot {since}", actual_name="live")
    blame = blamed(locate(diff.changes, before, after), list(steps(versions, touched)), known, history)
    return replace(diff, changes=blame)


def noted(located: Sequence[Located], changes: Sequence[Change], notes: Collection[Note]) -> tuple[Change, ...]:
    """Return the changes with the migrations that state too what was added or renamed."""
    scripts: dict[Key, set[str]] = {}
    for object_id, column_id, script in notes:
        scripts.setdefault((object_id, column_id), set()).add(script)
    return tuple(
        replace(change, stated_by=tuple(stated)) if stated else change
        for where, change in zip(located, changes, strict=True)
        for stated in [sorted(script for key in where.keys for script in scripts.get(key, ()))]
    )


def _compared(before: SchemaDocument, after: SchemaDocument) -> DiffDocument:
    return compare(before, after, expected_name=EXPECTED, actual_name="live")


def _told(diff: DiffDocument, happened: Changes) -> DiffDocument:
    """The diff, and what of the past is not known."""
    expected = happened.start.expected
    known = (("drift", expected.known_since), ("options", expected.options_since if expected.options else None))
    unknown = [f"{what} before lake snapshot {since}" for what, since in known if since is not None]
    return replace(diff, not_compared=(*diff.not_compared, *unknown))


def with_other_options(was: Options | None, now: Options) -> set[int]:
    """Return the tables and schemas whose options differ."""
    if was is None:
        return set()
    pairs = ((was.schemas, now.schemas), (was.tables, now.tables))
    return {key for old, new in pairs for key in old.keys() | new.keys() if old.get(key) != new.get(key)}


def _copied(lake: Lake, copy: Copy | None, since: int) -> SchemaDocument:
    schema = schema_of(lake, copy) if copy else None
    if schema is None:
        raise ExpectedLost(
            f"lake snapshot {since}, the last that ducktracker made, was expired, "
            "and the history holds no copy of its schema",
            hint='if the live schema is as it should be: ducktracker drift --accept "why"',
        )
    return schema


def _objects(schema: SchemaDocument | None) -> set[int]:
    if schema is None:
        return set()
    kinds = (schema.schemas, schema.tables, schema.views, schema.macros)
    return {item.id for kind in kinds for item in kind if item.id is not None}
