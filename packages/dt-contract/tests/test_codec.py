import re

import pytest

from dt_contract import codec
from dt_contract.diff import Change, DiffDocument, Side
from dt_contract.document import Document
from dt_contract.errors import InputError
from dt_contract.jsonschema import DOCUMENTS
from dt_contract.migrations import MigrationsDocument
from dt_contract.schema import Column, SchemaDocument, Table

NESTED = Column(id=1, name="größe\n\x1b", type="INTEGER[]", fields=(Column(id=2, name="element", type="INTEGER"),))
SCHEMA = SchemaDocument(
    tables=(Table(id=1, schema="main", name="t", columns=(NESTED,)),), options={"b": "1", "a": "2"}, fingerprint="x"
)
DIFF = DiffDocument(
    expected=Side(name="a"), actual=Side(name="b"), changes=(Change(change="added", object="schema", name="raw"),)
)


@pytest.mark.parametrize(
    "document",
    [pytest.param(SCHEMA, id="schema"), pytest.param(DIFF, id="diff"), pytest.param(SchemaDocument(), id="empty")],
)
def test_what_is_encoded_is_decoded(document: Document) -> None:
    assert codec.decode(codec.encode(document), type(document), reader="dt-x", source="stdin") == document


def test_encode() -> None:
    assert codec.encode(MigrationsDocument(directory="größe")).decode() == (
        '{\n  "kind": "migrations",\n  "version": 2,\n  "directory": "größe",\n  "migrations": [],\n  "faults": [],\n'
        '  "unread": [],\n  "undo": []\n}\n'
    )


def decode(data: bytes, kind: type[Document] = MigrationsDocument) -> Document:
    return codec.decode(data, kind, reader="dt-x", source="stdin")


def test_unknown_fields_are_ignored() -> None:
    data = b'{"from_the_future": [1], "kind": "migrations", "version": 2, "directory": "d"}'
    assert decode(data) == MigrationsDocument(directory="d")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "is empty; dt-x reads a migrations document", id="empty"),
        pytest.param(b" \n", "is empty; dt-x reads a migrations document", id="white space"),
        pytest.param(b"hello", "is not JSON: JSON is malformed: invalid character (byte 0)", id="text"),
        pytest.param(b'{"kind": ', "is not JSON: Input data was truncated", id="truncated"),
        pytest.param(
            b"[]",
            "is not a ducktracker document (no `kind` and `version`); dt-x reads a migrations document",
            id="a list",
        ),
        pytest.param(
            b'{"kind": "migrations"}',
            "is not a ducktracker document (no `kind` and `version`); dt-x reads a migrations document",
            id="no version",
        ),
        pytest.param(
            b'{"kind": "diff", "version": 1}',
            "this is a diff document; dt-x reads a migrations document",
            id="another kind",
        ),
        pytest.param(
            b'{"kind": "migrations", "version": 3}', "this is migrations version 3; this dt-x reads 1 to 2", id="newer"
        ),
        pytest.param(
            b'{"kind": "migrations", "version": 0}',
            "this is migrations version 0; this dt-x reads 1 to 2",
            id="version 0",
        ),
        pytest.param(
            b'{"kind": "migrations", "version": 1, "directory": 1}',
            "not a valid migrations document: Expected `str`, got `int` - at `$.directory`",
            id="a wrong type",
        ),
        pytest.param(
            b'{"kind": "migrations", "version": 1}',
            "not a valid migrations document: Object missing required field `directory`",
            id="a field is missing",
        ),
    ],
)
def test_bad_data(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=f"^stdin: {re.escape(message)}$"):
        decode(data)


class Second(Document, tag="second", frozen=True):
    newest = 2


def test_a_document_of_several_versions() -> None:
    assert decode(b'{"kind": "second", "version": 1}', Second) == Second(version=1)
    with pytest.raises(InputError, match=r"^stdin: this is second version 3; this dt-x reads 1 to 2$"):
        decode(b'{"kind": "second", "version": 3}', Second)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(b'{"kind": "\xff", "version": 1}', id="not UTF-8 in a string"),
        pytest.param(b"\xef\xbb\xbf{}", id="a byte order mark"),
        pytest.param(b"[" * 100_000, id="deeply nested"),
        pytest.param(b'{"kind": "migrations", "version": 1, "directory": "\\ud800"}', id="half a pair"),
        pytest.param(b'{"kind": "migrations", "version": 1e400, "directory": ""}', id="a number without end"),
    ],
)
def test_no_data_is_a_bug(data: bytes) -> None:
    with pytest.raises(InputError):
        decode(data)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_document_has_a_kind_and_a_version(document: type[Document]) -> None:
    assert document.__struct_config__.tag_field == "kind"
    assert document.__struct_config__.frozen
