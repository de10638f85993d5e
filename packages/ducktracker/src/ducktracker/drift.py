"""ducktracker drift: what in the live lake no migration made.

Only what was touched since the baseline is read, so that the cost follows the changes and not the tables.
"""

from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.diff import DiffDocument
from dt_contract.errors import InputError
from dt_contract.history import HistoryDocument
from dt_contract.schema import SchemaDocument
from dt_diff.compare import compare
from dt_history.read import read_history
from dt_lake.lake import Lake, open_lake
from dt_lake.transaction import transaction
from dt_snapshot.commits import commits
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.moment import newest
from dt_snapshot.options import Options, read_options, with_options
from dt_snapshot.touched import touches
from ducktracker.blame import blamed
from ducktracker.copies import Copy, read_copy, rewritten, schema_of
from ducktracker.expected import expected_snapshot
from ducktracker.located import locate
from ducktracker.timeline import steps


class BaselineLost(InputError):
    """The baseline's snapshot was expired and there is no copy of its schema, or which one it was is not known."""


def drift(config: Config) -> DiffDocument:
    """Compares the schema that the last migration left, which the lake itself remembers, with the live one.

    Raises InputError when the history names no such point, and BaselineLost when it is known no more.
    """
    with open_lake(config) as lake, transaction(lake.connection):
        return drift_of(lake, read_history(lake))


def drift_of(lake: Lake, history: HistoryDocument) -> DiffDocument:
    """Gives the drift of an open lake; the caller's transaction makes the queries agree."""
    baseline = expected_snapshot(history)
    touched = touches(lake, baseline)
    known = commits(lake, {baseline, *(touch.snapshot for touch in touched)})
    copy, options = read_copy(lake, history, baseline), read_options(lake)
    if copy is None:
        _check_rewritten(lake, history)
    past = None if baseline in known else _copied(lake, copy, baseline)
    objects = {touch.object_id for touch in touched} | with_other_options(copy, options) | _objects(past)
    versions = read_versions(lake, baseline, objects)
    before = past or with_options(versions.at(baseline, objects), copy.header.options if copy else None)
    after = with_options(versions.at(newest(lake), objects), options)
    diff = compare(before, after, expected_name=f"lake snapshot {baseline}", actual_name="live")
    changes = blamed(locate(diff.changes, before, after), list(steps(versions, touched)), known, history)
    return replace(diff, changes=changes)


def _check_rewritten(lake: Lake, history: HistoryDocument) -> None:
    row = rewritten(lake, history)
    if row:
        raise BaselineLost(
            f"the rows of {history.table} were written anew, by hand or by maintenance after rows were deleted: "
            f"{row.script} claims lake snapshot {row.lake_snapshot}, and what drifted before that is not known",
            hint='when the live schema is as it should be: ducktracker drift --accept "why"',
        )


def with_other_options(copy: Copy | None, options: Options) -> set[int]:
    """Gives the tables and schemas whose options differ from the copy's."""
    if copy is None:
        return set()
    was = copy.header.options
    pairs = ((was.schemas, options.schemas), (was.tables, options.tables))
    return {key for old, new in pairs for key in old.keys() | new.keys() if old.get(key) != new.get(key)}


def _copied(lake: Lake, copy: Copy | None, baseline: int) -> SchemaDocument:
    schema = schema_of(lake, copy) if copy else None
    if schema is None:
        raise BaselineLost(
            f"lake snapshot {baseline}, the baseline, was expired, and the history holds no copy of its schema",
            hint='when the live schema is as it should be: ducktracker drift --accept "why"',
        )
    return schema


def _objects(schema: SchemaDocument | None) -> set[int]:
    if schema is None:
        return set()
    ids: set[int | None] = {item.id for item in schema.schemas} | {item.id for item in schema.macros}
    ids |= {item.id for item in schema.tables} | {item.id for item in schema.views}
    return {key for key in ids if key is not None}
