"""Compares points of which at least one is the lake's or the migrations folder's."""

from contextlib import ExitStack
from typing import assert_never

from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.diff import DiffDocument
from dt_contract.history import HistoryDocument
from dt_contract.schema import SchemaDocument
from dt_history.expected_rows import check_snapshots
from dt_history.read import read_history
from dt_history.versions import check_apart, snapshot_of
from dt_lake.lake import Lake, open_lake
from dt_lake.transaction import transaction
from dt_snapshot.commits import commits
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.moment import snapshot_at
from dt_snapshot.options import with_options
from dt_snapshot.reader import read_schema
from dt_snapshot.touched import touches
from ducktracker.compare.branch_side import branch_side, with_common_ids
from ducktracker.compare.compared import Compared, compared
from ducktracker.compare.loaded_schema import LoadedSchema, document
from ducktracker.compare.points import Point
from ducktracker.drift.blame import blamed
from ducktracker.drift.object_ids import locate
from ducktracker.drift.schema_copies import read_copy
from ducktracker.drift.timeline import steps

_WHOLE = "the folder must make the whole schema; `ducktracker validate` names files that are missing"
_OF_THE_LAKE = ("version", "snapshot", "time", "live")


def schema_at(item: Point, config: Config) -> LoadedSchema:
    """Return the schema at a point."""
    with ExitStack() as stack:
        past = None
        if item.kind in _OF_THE_LAKE:
            past = Past(stack.enter_context(open_lake(config)))
            past.check(item)
        return branch_side(config, item.text)[0] if item.kind == "branch" else _side(item, config, past)


def diff_points(first: Point, second: Point, config: Config) -> Compared:
    """Compare two points; between two of the lake's, in their order, the changes are attributed too."""
    with ExitStack() as stack:
        past = None
        if {first.kind, second.kind} & set(_OF_THE_LAKE):
            past = Past(stack.enter_context(open_lake(config)))
            past.check(first, second)
        before, after = _sides(first, second, config, past)
        found = compared(before, after)
        return found._replace(diff=past.attributed(found.diff, before, after)) if past else found


class Past:
    """An open lake with its history."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._history: HistoryDocument = read_history(lake)

    def check(self, *points: Point) -> None:
        """Raise InputError for versions of which the snapshots are not known, and for two that can't be told apart."""
        versions = [item.number for item in points if item.kind == "version"]
        if versions:
            check_snapshots(self._history)
            check_apart(self._history, versions[0], versions[-1])

    def side(self, item: Point) -> LoadedSchema:
        """Return the schema at a point of the lake; options are known live, and where there is a copy of them."""
        match item.kind:
            case "live":
                schema = read_schema(self._lake)
                return LoadedSchema(schema, "live", schema.lake.snapshot)
            case "version":
                return self._at(snapshot_of(self._history, item.number), f"V{item.number}")
            case "time":
                snapshot = snapshot_at(self._lake, item.text)
                return self._at(snapshot, f"{item.text} (lake snapshot {snapshot})")
            case _:
                return self._at(item.number, f"lake snapshot {item.number}")

    def attributed(self, found: DiffDocument, before: LoadedSchema, after: LoadedSchema) -> DiffDocument:
        """Return the diff with the lake snapshots that made its changes, where both sides are the lake's."""
        if before.snapshot is None or after.snapshot is None or before.snapshot > after.snapshot:
            return found
        with transaction(self._lake.connection):
            touched = [item for item in touches(self._lake, before.snapshot) if item.snapshot <= after.snapshot]
            versions = read_versions(self._lake, before.snapshot, {item.object_id for item in touched})
            known = commits(self._lake, {item.snapshot for item in touched})
        located = locate(found.changes, before.schema, after.schema)
        return replace(found, changes=blamed(located, list(steps(versions, touched)), known, self._history))

    def _at(self, snapshot: int, name: str) -> LoadedSchema:
        schema: SchemaDocument = read_schema(self._lake, snapshot)
        copy = read_copy(self._lake, self._history, snapshot)
        return LoadedSchema(with_options(schema, copy.header.options) if copy else schema, name, snapshot)


def _sides(first: Point, second: Point, config: Config, past: Past | None) -> tuple[LoadedSchema, LoadedSchema]:
    sides: list[LoadedSchema] = []
    common = []
    for item in (first, second):
        if item.kind == "branch":
            side, began = branch_side(config, item.text)
            common.append(began)
        else:
            side = _side(item, config, past)
        sides.append(side)
    for began in common:
        sides = [side._replace(schema=with_common_ids(side.schema, began)) for side in sides]
    return sides[0], sides[1]


def _side(item: Point, config: Config, past: Past | None) -> LoadedSchema:
    match item.kind:
        case "document":
            return document(item.text)
        case "files":
            from ducktracker.compare.replay import replay

            return LoadedSchema(replay(config, hint=_WHOLE), "files")
        case "version" | "snapshot" | "time" | "live":
            assert past is not None
            return past.side(item)
        case "branch":
            raise AssertionError(item)
        case _:
            assert_never(item.kind)
