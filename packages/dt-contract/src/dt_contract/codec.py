"""The one codec of all documents: JSON, two-space indent, final newline."""

import re
from typing import TypeVar

import msgspec

from dt_contract.document import Document
from dt_contract.errors import InputError
from dt_contract.terminal import HIDDEN

D = TypeVar("D", bound=Document)


class _Envelope(msgspec.Struct):
    kind: str
    version: int


def encode(document: Document) -> bytes:
    """Return the document as UTF-8 JSON; the same document always gives the same bytes.

    What controls a terminal or a CI system is escaped, and documents that quote SQL and errors hold no secrets.
    """
    data = msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
    if document.quotes_sql:
        from dt_contract.masked_json import masked_json

        data = masked_json(data)
    return _escaped(data)


def _escaped(data: bytes) -> bytes:
    """In JSON only strings can hold what is escaped here."""
    if not data.isascii() or b"\x7f" in data:
        data = re.sub(f"[{HIDDEN}]", _escape, data.decode()).encode()
    return re.sub(rb"##(?=\w*\[)", rb"#\\u0023", data) if b"##" in data else data


def _escape(sign: re.Match[str]) -> str:
    units = sign[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def decode(data: bytes, kind: type[D], *, reader: str, source: str) -> D:
    """Return the document in `data`. `reader` and `source` name the command and the input in errors.

    Raises InputError when the data are no JSON, another kind, an unknown version or of a wrong shape.
    """
    wanted = kind.__struct_config__.tag
    if not data.strip():
        raise InputError(f"is empty; {reader} reads a {wanted} document", place=source)
    envelope = _envelope(data, wanted=str(wanted), reader=reader, source=source)
    if envelope.kind != wanted:
        raise InputError(f"this is a {envelope.kind} document; {reader} reads a {wanted} document", place=source)
    if not kind.oldest <= envelope.version <= kind.newest:
        known = str(kind.newest) if kind.oldest == kind.newest else f"{kind.oldest} to {kind.newest}"
        raise InputError(f"this is {wanted} version {envelope.version}; this {reader} reads {known}", place=source)
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.ValidationError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not a valid {wanted} document: {error}", place=source) from None


def _envelope(data: bytes, *, wanted: str, reader: str, source: str) -> _Envelope:
    try:
        return msgspec.json.decode(data, type=_Envelope)
    except msgspec.ValidationError:
        message = f"is not a ducktracker document (no `kind` and `version`); {reader} reads a {wanted} document"
        raise InputError(message, place=source) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"is not JSON: {error}", place=source) from None
