"""A schema document as a side of a diff."""

from typing import NamedTuple

from dt_contract.schema import SchemaDocument
from dt_contract.streams import place, read_document


class LoadedSchema(NamedTuple):
    """A schema and what it is called; `snapshot` is None for what is no point in the lake's own past."""

    schema: SchemaDocument
    name: str
    snapshot: int | None = None


def document(path: str) -> LoadedSchema:
    """Read a schema document; `-` is stdin."""
    schema = read_document(path, SchemaDocument, reader="ducktracker diff", hint="dt-snapshot > FILE")
    return LoadedSchema(schema, place(path))
