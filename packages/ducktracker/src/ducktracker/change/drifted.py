"""Drift as something to write SQL of: what is expected, and what that is with the changes that are meant."""

from collections.abc import Sequence
from typing import NamedTuple

from dt_contract.diff import DiffDocument
from dt_contract.history import HistoryDocument
from dt_contract.schema import SchemaDocument
from dt_diff.ignore import without_ignored
from dt_diff.sql.generate import generate
from dt_diff.sql.script import Generated
from dt_history.whole import lost_files
from dt_lake.lake import Lake
from dt_snapshot.options import with_options
from ducktracker.drift.accept import part_of
from ducktracker.drift.checkpoint import with_part
from ducktracker.drift.drift import Look, look


class Drifted(NamedTuple):
    """The changes that are meant, and two whole schemas: what is expected, and that with these changes."""

    diff: DiffDocument
    expected: SchemaDocument
    wanted: SchemaDocument
    look: Look
    unused: list[str]
    """The ignore rules that match nothing."""


def drifted(lake: Lake, history: HistoryDocument, rules: Sequence[str], only: Sequence[str] = ()) -> Drifted:
    """Look for drift; the caller's transaction makes the queries agree. Raise what `drift` does.

    What one of the rules matches is left out, and so is what none of the patterns `only` matches, if there are any.
    """
    lost = lost_files(lake, history)
    if lost:
        raise lost
    found = look(lake, history, is_whole=True)
    diff, unused = without_ignored(found.diff, rules)
    diff = part_of(diff, only) if only else diff
    schema, options = with_part(found, diff.changes)
    return Drifted(diff, found.expected, with_options(schema, options), found, unused)


def sql_of(lake: Lake, found: Drifted) -> Generated:
    """Return the SQL that makes the changes where the migrations alone were applied."""
    target = lake.config.migrations.target_schema
    return generate(found.expected, found.wanted, schema=target, catalog=lake.catalog)
