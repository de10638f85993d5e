"""Keeps in the history what is expected, so that the next look at it begins there."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from dt_contract.diff import Change
from dt_contract.history import HistoryDocument
from dt_contract.schema import Macro, Schema, SchemaDocument, Table, View
from dt_history.expected_rows import ExpectedLost, check_rewritten, copy_description, newest_expected
from dt_history.table import NewRow
from dt_history.tail import read_tail
from dt_history.whole import marked, unmarked
from dt_history.writer import Overtaken, appending
from dt_lake.lake import Lake
from dt_snapshot.options import Options, read_options, with_options
from ducktracker.drift.acceptance import with_changes, with_option_changes
from ducktracker.drift.adoption import Note
from ducktracker.drift.drift import Look
from ducktracker.drift.expectation import Expectation, changes, expect, expected_options, with_moved
from ducktracker.drift.schema_copies import Expected, new_copy

_Object = TypeVar("_Object", Schema, Table, View, Macro)


def keep_copy(lake: Lake, expected: int, *, is_first: bool = False, whole: int | None = None) -> None:
    """Append a copy of the schema at this lake snapshot, with what is expected of it and the options as they are now.

    Do nothing if there is one, or if that is not the newest snapshot of ours any more: another process is left to its
    copy; nor if what is expected is not known. `is_first` says that this run began the history. Up to
    the lake snapshot `whole` no migration lost its files.
    """
    history, tail = read_tail(lake)
    if _is_kept(history, expected):
        return
    with suppress(Overtaken), appending(lake, copy_description(expected), tail=tail, last=tail.last_script) as writer:
        row = _checkpoint(lake, history, expected, is_first=is_first)
        if row:
            writer.append([row._replace(description=marked(row.description, whole))])


class Accepted(NamedTuple):
    """What is expected once a drift, or a part of it, is accepted."""

    expected: Expected
    drifted: SchemaDocument


def accepted_whole(lake: Lake) -> Accepted:
    """Return the live lake as the expected one."""
    return Accepted(Expected(options=read_options(lake)), SchemaDocument())


def with_part(found: Look, changes: Collection[Change]) -> tuple[SchemaDocument, Options | None]:
    """Return what is expected with these changes of a drift, and the options, None if they are not known."""
    names = {(change.change, change.object, change.name) for change in changes}
    taken = [item for item in found.located if (item.change.change, item.change.object, item.change.name) in names]
    schema = with_changes(found.expected, found.live, taken, found.nested)
    options, live = found.options
    return schema, with_option_changes(options, live, found.live, changes) if options else None


def accepted_part(found: Look, changes: Collection[Change]) -> Accepted:
    """Return what is expected once these changes of a drift are accepted."""
    schema, options = with_part(found, changes)
    before = found.happened.start.expected
    ids, versions = _differing_objects(with_options(schema, None), with_options(found.live, None))
    since = before.drifted_since if before.drifted else found.happened.start.snapshot
    expected = Expected(
        options=options,
        options_since=before.options_since,
        known_since=before.known_since,
        drifted=tuple(sorted(ids)),
        drifted_since=since if ids else None,
        notes=_kept(found.notes, ids),
    )
    return Accepted(expected, versions)


def accepted_copy(lake: Lake, history: HistoryDocument, snapshot: int, accepted: Accepted) -> NewRow:
    """Return the copy that keeps an acceptance of the lake at a snapshot."""
    return new_copy(lake, history, snapshot, accepted.expected, accepted.drifted)


def _is_kept(history: HistoryDocument, expected: int) -> bool:
    name = copy_description(expected)
    made = [row.installed_rank for row in history.rows if row.lake_snapshot == expected]
    kept = (row for row in history.rows if row.type == "snapshot" and unmarked(row.description) == name)
    return newest_expected(history) != expected or any(row.installed_rank > max(made, default=0) for row in kept)


def _checkpoint(lake: Lake, history: HistoryDocument, snapshot: int, *, is_first: bool) -> NewRow | None:
    try:
        check_rewritten(history)
        happened = changes(lake, history)
        expectation = None if happened.are_ours else expect(lake, history, happened)
    except ExpectedLost:
        return None
    moved = expectation.moved if expectation else {}
    before, options = happened.start.expected, with_moved(expected_options(lake, happened), moved)
    expected = Expected(
        options=options or read_options(lake),
        options_since=before.options_since if options or is_first else snapshot,
        known_since=before.known_since,
    )
    ids, versions = _drifted(expectation, snapshot) if expectation else (set(), SchemaDocument())
    if ids:
        since = before.drifted_since if before.drifted else happened.start.snapshot
        notes = _kept(expectation.notes, ids) if expectation else ()
        expected = replace(expected, drifted=tuple(sorted(ids)), drifted_since=since, notes=notes)
    return new_copy(lake, history, snapshot, expected, versions)


def _kept(notes: Collection[Note], ids: set[int]) -> tuple[Note, ...]:
    """Sorted, with None before any number."""
    return tuple(sorted((note for note in notes if note[0] in ids), key=lambda note: (note[0], note[1] or 0, note[2])))


def _drifted(expectation: Expectation, snapshot: int) -> tuple[set[int], SchemaDocument]:
    return _differing_objects(expectation.schema, expectation.versions.at(snapshot, expectation.objects))


def _differing_objects(expected: SchemaDocument, live: SchemaDocument) -> tuple[set[int], SchemaDocument]:
    """The ids of what is not as it is expected, and the expected versions of those that have one."""
    ids = _differing(expected.schemas, live.schemas) | _differing(expected.tables, live.tables)
    ids |= _differing(expected.views, live.views) | _differing(expected.macros, live.macros)
    return ids, SchemaDocument(
        lake=expected.lake,
        schemas=tuple(item for item in expected.schemas if item.id in ids),
        tables=tuple(item for item in expected.tables if item.id in ids),
        views=tuple(item for item in expected.views if item.id in ids),
        macros=tuple(item for item in expected.macros if item.id in ids),
    )


def _differing(expected: Iterable[_Object], live: Iterable[_Object]) -> set[int]:
    before, after = {item.id or 0: item for item in expected}, {item.id or 0: item for item in live}
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
