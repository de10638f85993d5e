"""Two points, and what differs between them."""

from typing import NamedTuple

from dt_contract.diff import DiffDocument
from dt_contract.schema import SchemaDocument
from dt_diff.compare import compare
from ducktracker.compare.loaded_schema import LoadedSchema


class Compared(NamedTuple):
    """A diff with the two schemas that it is of."""

    diff: DiffDocument
    expected: SchemaDocument
    actual: SchemaDocument


def compared(before: LoadedSchema, after: LoadedSchema) -> Compared:
    """Compare two schemas."""
    found = compare(before.schema, after.schema, expected_name=before.name, actual_name=after.name)
    return Compared(found, before.schema, after.schema)
