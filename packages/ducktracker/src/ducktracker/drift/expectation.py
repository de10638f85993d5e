"""What is expected of the lake: the newest copy, with the changes of every migration and acceptance since.

Without a copy it begins with the lake as it was at its baseline, or before anything was in it. Only what was touched
since the copy, and what had drifted before it, is read.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from msgspec.structs import replace

from dt_contract.history import HistoryDocument, HistoryRow
from dt_contract.schema import Column, SchemaDocument
from dt_history.data import read_data
from dt_history.expected_rows import PARTLY_ACCEPTED, made_by_us
from dt_lake.lake import Lake
from dt_lake.sqltypes import nested_type
from dt_snapshot.commits import Commit, commits
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.moment import newest
from dt_snapshot.options import Options, with_options
from dt_snapshot.reader import schema_at
from dt_snapshot.touched import Touch, of_names, touches, touches_of
from dt_snapshot.versions import Versions
from ducktracker.drift.adoption import Note, Step, adopt
from ducktracker.drift.carry_over import Nested, Rules
from ducktracker.drift.come_back import come_back
from ducktracker.drift.expected_schema import ExpectedSchema
from ducktracker.drift.expected_start import Start, find_start, lost, needed, whole_at
from ducktracker.drift.patch import patched
from ducktracker.drift.row_data import row_data
from ducktracker.drift.set_options import SetOption, with_set_options
from ducktracker.drift.stated_objects import Restated


class Expectation(NamedTuple):
    """What is expected of some `objects`, with all their versions; everything else is as it is expected.

    `moved` has the id of a table by that of the one whose place it took. `touched` says who may be to blame, and
    `commits` are those of its snapshots. `notes` say which migrations state too what they did not make.
    """

    start: Start
    schema: SchemaDocument
    moved: dict[int, int]
    notes: frozenset[Note]
    objects: set[int]
    versions: Versions
    touched: list[Touch]
    commits: dict[int, Commit]


class Changes(NamedTuple):
    """What happened since the start, before anything of it is read."""

    start: Start
    rows: list[HistoryRow]
    touched: list[Touch]
    commits: dict[int, Commit]

    @property
    def is_start_known(self) -> bool:
        """Whether the lake still has the start; of what was dropped since an expired one it has no trace."""
        return self.start.snapshot in self.commits

    @property
    def are_ours(self) -> bool:
        """Whether the lake is as it is expected, because nothing had drifted, and nobody else changed it."""
        ours = {row.lake_snapshot for row in self.rows}
        are_all_ours = all(touch.snapshot in ours for touch in self.touched)
        return self.is_start_known and not self.start.expected.drifted and are_all_ours


def changes(lake: Lake, history: HistoryDocument) -> Changes:
    """Return what happened since it was last known what is expected. Raise ExpectedLost if it never was."""
    start = find_start(lake, history)
    rows = made_by_us(history, start.rank)
    touched = touches(lake, start.snapshot)
    drifted, since = set(start.expected.drifted), start.expected.drifted_since
    if drifted and since is not None and since < start.snapshot:
        touched = touches_of(lake, drifted, since, start.snapshot) + touched
    known = commits(lake, {start.snapshot, *needed(rows), *(touch.snapshot for touch in touched)})
    # A part that was accepted is known from its copy alone.
    if not needed(rows) <= known.keys() or any(row.checksum == PARTLY_ACCEPTED for row in rows):
        raise lost(history)
    return Changes(start, rows, touched, known)


def expect(lake: Lake, history: HistoryDocument, happened: Changes, others: Collection[int] = ()) -> Expectation:
    """Return what is expected of what was touched, of what had drifted, and of some other objects.

    Raise ExpectedLost if the start was expired, and its copy can't be read.
    """
    start, rows, touched, known = happened
    whole = None if happened.is_start_known else whole_at(lake, history, start)
    restated = _restated(lake, rows)
    named = of_names(lake, {item.name for items in restated.values() for item in items})
    objects = {touch.object_id for touch in touched} | set(start.expected.drifted) | set(others) | _ids(whole) | named
    drifted_since = start.expected.drifted_since
    since = start.snapshot if drifted_since is None else min(start.snapshot, drifted_since)
    versions = read_versions(lake, since, objects)
    begin = with_options(whole, None) if whole else versions.at(start.snapshot, objects)
    schema = patched(begin, start.expected.drifted, start.drifted)
    folding = _Folding(ExpectedSchema(schema), versions, objects, named, set(start.expected.notes))
    folding.fold(rows, [touch for touch in touched if touch.snapshot > start.snapshot], restated)
    expected, notes = folding.expected, frozenset(folding.notes)
    return Expectation(start, expected.document(), expected.moved, notes, objects, versions, touched, known)


def expected_schema(lake: Lake, history: HistoryDocument) -> SchemaDocument:
    """Return the whole expected schema, without options; the caller's transaction makes the queries agree.

    Where a migration made an object under a name that another one is still expected to bear, both are in it. Raise
    ExpectedLost if it is not known.
    """
    return expect(lake, history, changes(lake, history), _ids(schema_at(lake, newest(lake)))).schema


def expected_options(lake: Lake, happened: Changes) -> Options | None:
    """Return the expected options, None as long as they are not known; a replaced table has them by its former id."""
    options, rows = happened.start.expected.options, happened.rows
    snapshots = {row.installed_rank: row.lake_snapshot or 0 for row in rows}
    data = read_data(lake, [rank for rank in snapshots if rank > happened.start.options_rank]) if options else {}
    changed: dict[int, tuple[SetOption, ...]] = {}
    for rank in sorted(data):
        if found := row_data(data[rank]).options:
            changed[snapshots[rank]] = changed.get(snapshots[rank], ()) + found
    return with_set_options(lake, options, changed) if options and changed else options


def with_moved(options: Options | None, moved: Mapping[int, int]) -> Options | None:
    """Return the options by the ids of the tables that took the place of others."""
    if options is None or not moved:
        return options
    tables = dict(options.tables)
    for former, now in moved.items():
        if former in tables:
            tables[now] = tables.pop(former) | tables.get(now, {})
    return replace(options, tables=tables)


class _Folding:
    """What is expected, and what is noted, while the steps of ours are applied to it."""

    def __init__(
        self, expected: ExpectedSchema, versions: Versions, objects: set[int], named: set[int], notes: set[Note]
    ) -> None:
        self.expected = expected
        self.notes = notes
        self._versions = versions
        self._objects = objects
        self._named = named
        self._nested = nested_by(versions)

    def fold(
        self, rows: Sequence[HistoryRow], touched: Sequence[Touch], restated: Mapping[int, Sequence[Restated]]
    ) -> None:
        """Apply the steps; what was touched and what statements state again are told by lake snapshot."""
        by_snapshot = {
            snapshot: {touch.object_id for touch in group}
            for snapshot, group in groupby(touched, attrgetter("snapshot"))
        }
        for snapshot, found in groupby(sorted(rows, key=attrgetter("lake_snapshot")), attrgetter("lake_snapshot")):
            group = list(found)
            if any(row.type == "accepted" for row in group):
                self.expected = ExpectedSchema(self._versions.at(snapshot, self._objects))
                self.notes = set()
            elif any(row.type == "reverted" for row in group):
                self._come_back(snapshot)
            else:
                self._step(snapshot, by_snapshot.get(snapshot, set()), restated.get(snapshot, ()))

    def _come_back(self, snapshot: int) -> None:
        versions = self._versions
        before, after = versions.at(snapshot - 1, self._objects), versions.at(snapshot, self._objects)
        come_back(self.expected, before, after, versions.live_at(snapshot), self._nested)

    def _step(self, snapshot: int, ids: set[int], statements: Sequence[Restated]) -> None:
        versions = self._versions
        lives, stated = versions.live_at(snapshot), versions.stated_at(snapshot, ids)
        if statements:
            before, after = versions.at(snapshot - 1, self._named), versions.at(snapshot, self._named)
            adopted = adopt(self.expected, statements, Step(before, after, lives, self._nested))
            ids, stated = ids | adopted.tables, (stated | adopted.stated) - adopted.unstated
            self.notes |= adopted.notes
        if ids:
            before, after = versions.at(snapshot - 1, ids), versions.at(snapshot, ids)
            self.expected.apply(before, after, lives, Rules(self._nested, stated))


def _restated(lake: Lake, rows: Sequence[HistoryRow]) -> dict[int, list[Restated]]:
    """What statements of ours state again, by lake snapshot."""
    snapshots = {row.installed_rank: row.lake_snapshot or 0 for row in rows}
    found: dict[int, list[Restated]] = {}
    for rank, data in sorted(read_data(lake, list(snapshots)).items()):
        if statements := row_data(data).restated:
            found.setdefault(snapshots[rank], []).extend(statements)
    return found


def nested_by(versions: Versions) -> Nested:
    """Return the function that gives a nested type, with the keywords of the DuckDB that the versions are from."""

    def nested(kind: str, fields: Sequence[Column]) -> str:
        return nested_type(kind, ((field.name, field.type) for field in fields), versions.keywords())

    return nested


def no_keywords(kind: str, fields: Sequence[Column]) -> str:
    """Return a nested type where no column is looked at."""
    return nested_type(kind, ((field.name, field.type) for field in fields), frozenset())


def _ids(schema: SchemaDocument | None) -> set[int]:
    if schema is None:
        return set()
    kinds = (schema.schemas, schema.tables, schema.views, schema.macros)
    return {item.id for kind in kinds for item in kind if item.id is not None}
