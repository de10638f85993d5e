"""Documents in from a file or stdin, and out to stdout: the same for every command."""

import os
import sys
from typing import TypeVar

from dt_contract import codec
from dt_contract.document import Document
from dt_contract.errors import InputError

D = TypeVar("D", bound=Document)
_WRITERS = {
    "config": "dt-config",
    "migrations": "dt-scan",
    "history": "dt-history",
    "status": "dt-history status",
    "schema": "dt-snapshot",
    "diff": "dt-diff",
    "plan": "ducktracker plan --json",
}


def read_document(source: str, kind: type[D], *, reader: str, hint: str | None = None) -> D:
    """Return the document in the file `source`, or on stdin if that is `-`. `reader` is the command, for errors.

    Raises InputError when there is nothing to read or it is no document of this kind. The hint for a stdin
    that is a terminal is a pipeline; `hint` replaces it where the command needs more than its name.
    """
    if source == "-":
        wanted = str(kind.__struct_config__.tag)
        data = _read_stdin(wanted, reader, hint or _pipeline(wanted, reader))
    else:
        data = _read_file(source)
    return codec.decode(data, kind, reader=reader, source=place(source))


def write_document(document: Document) -> None:
    """Write the document to stdout."""
    write(codec.encode(document))


def write(data: bytes) -> None:
    """Write bytes to stdout as they are, whatever the locale.

    Raises InputError when stdout is closed or full, and BrokenPipeError when nobody reads it.
    """
    if sys.stdout is None:
        raise InputError("is closed, so nothing can be written", place="stdout")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror}", place="stdout") from None


def place(source: str) -> str:
    """Return what errors and documents call a source: the path as it was typed, or `stdin`."""
    if source == "-":
        return "stdin"
    # A file name need not be UTF-8, but a document is.
    return os.fsencode(source).decode("utf-8", "backslashreplace") or "''"


def _read_stdin(wanted: str, reader: str, hint: str) -> bytes:
    if sys.stdin is None:
        raise InputError(f"is closed; {reader} reads a {wanted} document", place="stdin", hint=hint)
    if sys.stdin.isatty():
        raise InputError(f"is a terminal; {reader} reads a {wanted} document", place="stdin", hint=hint)
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", place="stdin") from None


def _read_file(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        raise InputError("no such file", place=place(path)) from None
    except IsADirectoryError:
        raise InputError("is a directory, not a file", place=place(path)) from None
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", place=place(path)) from None


def _pipeline(wanted: str, reader: str) -> str:
    return f"{_WRITERS[wanted]} | {reader}" if wanted in _WRITERS else f"{reader} FILE"
