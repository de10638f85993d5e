"""ducktracker diff: what differs between two schemas."""

from dt_contract.diff import DiffDocument
from dt_contract.errors import InputError
from dt_contract.schema import SchemaDocument
from dt_contract.streams import place, read_document
from dt_diff.compare import compare


def diff(expected: str, actual: str) -> DiffDocument:
    """Compares two schema documents; `-` is stdin."""
    if expected == actual == "-":
        raise InputError("EXPECTED and ACTUAL can't both be stdin")
    before, after = (
        read_document(source, SchemaDocument, reader="ducktracker diff", hint="dt-snapshot > FILE")
        for source in (expected, actual)
    )
    return compare(before, after, expected_name=place(expected), actual_name=place(actual))
