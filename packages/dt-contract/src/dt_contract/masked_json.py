"""Masks the secrets in the strings of a document's JSON, which has a value a line."""

import re

import msgspec

from dt_contract.redaction import has_concealed, might_hold_secret, redact

_LINE = re.compile(rb'(?m)^( *(?:"(?:[^"\\]|\\.)*+": )?)("(?:[^"\\]|\\.)*+")(,?)$')


def masked_json(data: bytes) -> bytes:
    """Return the JSON with every string redacted that is a value; keys are ours."""
    if not (has_concealed() or might_hold_secret(data.decode())):
        return data
    return _LINE.sub(_masked, data)


def _masked(line: re.Match[bytes]) -> bytes:
    text = msgspec.json.decode(line[2], type=str)
    masked = redact(text)
    return line[0] if masked == text else line[1] + msgspec.json.encode(masked) + line[3]
