"""Reads one migration file: its checksums and its directives."""

import hashlib
import os

from dt_contract.migrations import Fault, Migration
from dt_contract.script_text import normalised, not_utf_8
from dt_scan.directives import UnknownDirective, read_directives
from dt_scan.name import Name


def read_migration(entry: os.DirEntry[str], name: Name) -> Migration | Fault:
    """Return the migration in the file, which is read once, or why it can't be used."""
    try:
        if not entry.is_file():
            return Fault(code="unreadable", script=entry.name, message="is not a file")
        with open(entry.path, "rb", buffering=0) as file:
            data = file.read()
    except OSError as error:
        return Fault(code="unreadable", script=entry.name, message=f"can't be read: {error.strerror}")
    return to_migration(entry.name, name, data)


def to_migration(script: str, name: Name, data: bytes) -> Migration | Fault:
    """Return the migration whose file holds `data`."""
    text = normalised(data)
    try:
        directives = read_directives(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        line, message = not_utf_8(error)
        return Fault(code="not-utf-8", script=script, message=f"{script}:{line}: {message}")
    except UnknownDirective as error:
        return Fault(code="unknown-directive", script=script, message=f"{script}:{error.line}: {error.message}")
    return Migration(
        type=name.type,
        version=name.version,
        description=name.description,
        script=script,
        checksum=hashlib.sha256(text).hexdigest(),
        raw_checksum=None if text == data else hashlib.sha256(data).hexdigest(),
        directives=directives,
    )
