"""Where the data files of a lake are. Pure, but for looking at folders.

DuckLake takes a relative path that is stored in a catalog from the current directory of each process; here it is
taken from the catalog's own folder, or refused (docs/ducklake-facts.md#relative-data-path).
"""

import os

import msgspec

from dt_config.config import Connection
from dt_contract.errors import LakeError
from dt_contract.redaction import redact
from dt_lake.meaning import place
from dt_lake.stored import Stored

_SCHEMES = {"s3a": "s3", "s3n": "s3", "gs": "gcs", "azure": "az"}
"""Of URLs: other words for the same storage."""
_MOVED = "if the lake was moved there with its data, set connection.override_data_path = true"


class DataPath(msgspec.Struct, frozen=True):
    """The folder or URL of a lake's data for an attachment; `overrides` if the catalog names another one."""

    path: str
    overrides: bool = False


def data_path(settings: Connection, stored: Stored, *, write: bool) -> DataPath:
    """Return where the data of an existing lake is, for an ATTACH that may `write`. Raises LakeError."""
    written, given = stored.data_path, _given(settings, stored)
    is_relative = not os.path.isabs(written) and "://" not in written
    found = os.path.join(_folder(settings), written) if is_relative and settings.is_file else written
    overrides = is_relative
    if not given and is_relative and not settings.is_file:
        raise _nowhere(settings, written)
    if given and not _same(given, found):
        if not settings.override_data_path and not (is_relative and _ends_with(given, written)):
            raise LakeError(
                f"the lake keeps its data in {redact(found)}, but connection.data_path is {redact(given)}",
                place=place(settings),
                hint=_MOVED,
            )
        found, overrides = given, True
    if write and overrides and stored.has_files and "://" not in found and not os.path.isdir(found):
        raise LakeError(
            f"the lake has data files, but there is no folder {found}",
            place=place(settings),
            hint="set connection.data_path to the folder that holds them, and connection.override_data_path = true",
        )
    return DataPath(found, overrides)


def overlap(one: str, other: str) -> bool:
    """Whether one of two places for data is the other one, or lies in it."""
    first, second = _in_full(one), _in_full(other)
    return first.startswith(second) or second.startswith(first)


def elsewhere(settings: Connection, path: str) -> str | None:
    """Return the words for data that is not beside its catalog; None if it is, or if one of them is no file.

    Whoever copies a folder with a lake in it may not know that the copy writes to the original's data.
    """
    if not settings.is_file or "://" in path:
        return None
    folder, data = _folder(settings), os.path.realpath(path)
    if os.path.commonpath((folder, data)) == folder:
        return None
    return f"the data of {settings.file} is elsewhere, in {data}/"


def _given(settings: Connection, stored: Stored) -> str:
    """The configured path, unless that is where a lake has its data that this is a branch of.

    A branch would take the files of its source there for orphans of its own.
    """
    given = settings.data_path
    if not given or not stored.branch or not any(overlap(given, path) for path in stored.branch.shared):
        return given
    if settings.override_data_path:
        raise LakeError(
            f"connection.data_path is {redact(given)}, where the lake that this is a branch of has its data",
            place=place(settings),
            hint="remove connection.override_data_path: a branch has its own data path",
        )
    return ""


def _in_full(path: str) -> str:
    scheme, separator, rest = path.partition("://")
    if separator and scheme.lower() == "file":
        path, separator = "/" + rest.partition("/")[2], ""
    if not separator:
        return f"{os.path.realpath(path).rstrip('/')}/"
    return f"{_SCHEMES.get(scheme.lower(), scheme.lower())}://{rest.rstrip('/')}/"


def _nowhere(settings: Connection, written: str) -> LakeError:
    return LakeError(
        f"the lake keeps its data in {written}, which is relative to wherever each of its users happens to be",
        place=place(settings),
        hint=f"set connection.data_path to the folder that is meant, such as /srv/{written}",
    )


def _folder(settings: Connection) -> str:
    return os.path.dirname(os.path.realpath(settings.file))


def _same(one: str, other: str) -> bool:
    if "://" in one or "://" in other:
        return one.rstrip("/") == other.rstrip("/")
    if not os.path.isabs(other):
        return False
    return os.path.realpath(one) == os.path.realpath(other)


def _ends_with(given: str, written: str) -> bool:
    """Whether a path is what a relative one can mean. ducktracker 0.1.0 stored the setting as it was written."""
    return os.path.normpath(given).endswith(os.sep + os.path.normpath(written))
