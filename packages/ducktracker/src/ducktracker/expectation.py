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
from dt_lake.lake import Lake
from dt_lake.sqltypes import nested_type
from dt_snapshot.commits import Commit, commits
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.moment import newest
from dt_snapshot.options import Options, with_options
from dt_snapshot.reader import schema_at
from dt_snapshot.touched import Touch, of_names, touches, touches_of
from dt_snapshot.versions import Versions
from ducktracker.adoption import Note, Step, adopt
from ducktracker.carried import Nested, Rules
from ducktracker.copies import Copy, Expected, copy_ranks, drifted_of, read_copies, schema_of
from ducktracker.expected import PARTLY_ACCEPTED, BaselineLost, baseline_snapshot, made_by_us
from ducktracker.expected_schema import ExpectedSchema
from ducktracker.option_watch import SetOption, with_set_options
from ducktracker.patched import patched
from ducktracker.restated import Restated
from ducktracker.row_data import row_data


class Start(NamedTuple):
    """The newest point at which it is known what is expected; `rank` is that of the last row that it covers.

    `drifted` are the expected versions of what had drifted, and `copy` is one of the lake as it was there.
    `options_rank` is that of the last row whose options are known.
    """

    snapshot: int
    rank: int = 0
    copy: Copy | None = None
    expected: Expected = Expected()
    drifted: SchemaDocument = SchemaDocument()
    options_rank: int = 0


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
    """Return what happened since it was last known what is expected. Raise BaselineLost if it never was."""
    start = find_start(lake, history)
    rows = made_by_us(history, start.rank)
    touched = touches(lake, start.snapshot)
    drifted, since = set(start.expected.drifted), start.expected.drifted_since
    if drifted and since is not None and since < start.snapshot:
        touched = touches_of(lake, drifted, since, start.snapshot) + touched
    known = commits(lake, {start.snapshot, *_needed(rows), *(touch.snapshot for touch in touched)})
    # A part that was accepted is known from its copy alone.
    if not _needed(rows) <= known.keys() or any(row.checksum == PARTLY_ACCEPTED for row in rows):
        raise _lost(history)
    return Changes(start, rows, touched, known)


def expect(lake: Lake, history: HistoryDocument, happened: Changes, others: Collection[int] = ()) -> Expectation:
    """Return what is expected of what was touched, of what had drifted, and of some other objects.

    Raise BaselineLost if the start was expired, and its copy can't be read.
    """
    start, rows, touched, known = happened
    whole = None if happened.is_start_known else _whole(lake, history, start)
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
    BaselineLost if it is not known.
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


def find_start(lake: Lake, history: HistoryDocument) -> Start:
    """Return the newest copy that says what is expected, else the lake at its baseline or when it was empty."""
    ranks = copy_ranks(history)
    newest = list(read_copies(lake, ranks[-1:]))
    copies = newest if newest and newest[0].header.expected else list(read_copies(lake, ranks))
    for copy in copies:
        drifted = drifted_of(copy) if copy.header.expected else None
        if copy.header.expected and drifted is not None:
            return Start(copy.header.snapshot, copy.rank, copy, copy.header.expected, drifted, copy.rank)
    return _first(lake, history, copies)


def _first(lake: Lake, history: HistoryDocument, former: Sequence[Copy]) -> Start:
    """Copies of the former form are of the lake as it was, and know its options."""
    copy = next(iter(former), None)
    options = Expected(options=copy.header.options, options_since=copy.header.snapshot) if copy else Expected()
    known = copy.rank if copy else 0
    resets = [row for row in made_by_us(history) if row.type in ("baseline", "accepted")]
    origin, rank = (resets[-1].lake_snapshot or 0, resets[-1].installed_rank) if resets else (0, 0)
    needed = {origin} | _needed(made_by_us(history, rank))
    if needed <= commits(lake, needed).keys():
        return Start(origin, rank, expected=options, options_rank=known)
    if copy is None:
        raise _lost(history)
    if copy.header.snapshot == origin:
        return Start(origin, copy.rank, copy, options, options_rank=known)
    known_since = Expected(
        options=options.options, options_since=options.options_since, known_since=copy.header.snapshot
    )
    return Start(copy.header.snapshot, copy.rank, copy, known_since, options_rank=known)


def _needed(rows: Sequence[HistoryRow]) -> set[int]:
    """What a row of ours changed is known as long as its lake snapshot and the one before are."""
    snapshots = {row.lake_snapshot or 0 for row in rows}
    return snapshots | {snapshot - 1 for snapshot in snapshots}


def _lost(history: HistoryDocument) -> BaselineLost:
    return BaselineLost(
        f"lake snapshot {baseline_snapshot(history)}, the baseline, was expired, "
        "and the history holds no copy of its schema",
        hint='if the live schema is as it should be: ducktracker drift --accept "why"',
    )


def _whole(lake: Lake, history: HistoryDocument, start: Start) -> SchemaDocument:
    schema = schema_of(lake, start.copy) if start.copy else None
    if schema is None:
        raise _lost(history)
    return schema


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
        for snapshot, group in groupby(sorted(rows, key=attrgetter("lake_snapshot")), attrgetter("lake_snapshot")):
            if any(row.type == "accepted" for row in group):
                self.expected = ExpectedSchema(self._versions.at(snapshot, self._objects))
                self.notes = set()
            else:
                self._step(snapshot, by_snapshot.get(snapshot, set()), restated.get(snapshot, ()))

    def _step(self, snapshot: int, ids: set[int], statements: Sequence[Restated]) -> None:
        versions = self._versions
        lives, stated = versions.live_at(snapshot), versions.stated_at(snapshot, ids)
        if statements:
            before, after = versions.at(snapshot - 1, self._named), versions.at(snapshot, self._named)
            adopted = adopt(self.expected, statements, Step(before, after, lives, self._nested))
            ids, stated = ids | adopted.tables, stated | adopted.stated
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
