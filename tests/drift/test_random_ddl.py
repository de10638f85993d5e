"""What was touched, found by ids in the temporal metadata, against whole schemas compared."""

from contextlib import suppress
from itertools import pairwise

import duckdb

from dt_contract.diff import Change
from dt_contract.schema import SchemaDocument
from dt_diff.compare import compare
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.reader import read_schema
from dt_snapshot.touched import touches
from ducktracker.drift.timeline import steps
from support.ddl import Dice, Walk


def test_what_was_touched_is_what_differs(walk: Walk) -> None:
    lake, schemas = walk.lake, make(walk)
    touched = touches(lake, 0)
    versions = read_versions(lake, 0, {touch.object_id for touch in touched})
    by_snapshot = {step.snapshot: step for step in steps(versions, touched)}
    everything = {touch.object_id for touch in touched}
    last = versions.at(schemas[-1].lake.snapshot or 0, everything)
    spans = [(start, versions.at(start.lake.snapshot or 0, everything)) for start in schemas[:: walk.number // 8]]
    for start, part in spans:
        assert changes(part, last) == changes(start, schemas[-1])
    for before, after in pairwise(schemas):
        snapshot = after.lake.snapshot or 0
        located = by_snapshot[snapshot].changes if snapshot in by_snapshot else ()
        assert [item.change for item in located] == changes(before, after), snapshot
        objects = {touch.object_id for touch in touched if touch.snapshot == snapshot}
        assert {key[0] for item in located for key in item.keys} <= objects
        assert all(item.keys for item in located)


def make(walk: Walk) -> list[SchemaDocument]:
    """Execute random statements, and return the schema after each that made a snapshot."""
    lake, dice = walk.lake, Dice(walk.random, walk.lake.catalog)
    schemas = [read_schema(lake)]
    while len(schemas) < walk.number:
        statement = dice.statement(schemas[-1])
        try:
            lake.connection.execute(statement)
        except (duckdb.InternalException, duckdb.FatalException):
            raise
        except duckdb.Error:
            with suppress(duckdb.TransactionException):
                lake.connection.execute("ROLLBACK")
            continue
        print(f"{statement};")
        schema = read_schema(lake)
        if schema.lake.snapshot != schemas[-1].lake.snapshot:
            schemas.append(schema)
    return schemas


def changes(before: SchemaDocument, after: SchemaDocument) -> list[Change]:
    """Without options, which have no past."""
    found = compare(before, after, expected_name="", actual_name="").changes
    return [change for change in found if change.object != "option"]
