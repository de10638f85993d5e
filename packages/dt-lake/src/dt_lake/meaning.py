"""What DuckDB's errors about a lake mean."""

import os
import re

import duckdb

from dt_config.backends import backend_of_file
from dt_config.branches import IN_CATALOG
from dt_config.config import Connection
from dt_contract.errors import LakeBusy, LakeError
from dt_contract.redaction import redact
from dt_lake.engine_text import reason, shortened
from dt_lake.errors import original
from dt_lake.sqlite import is_locked


class LakeMissing(LakeError):
    """There is no lake at the place that the configuration names."""


class LakeLocked(LakeError):
    """Another process holds the file of the lake's catalog."""


class LakeJustMade(LakeError):
    """Another process made the same new lake at the same time: attach again."""


NAMES = {"duckdb": "DuckDB", "sqlite": "SQLite"}
"""What the files of catalogs are called."""
_KEYS = {"duckdb": "duckdb_metadata_path", "sqlite": "sqlite_path"}
_MIGRATE = "run `ducktracker migrate` to create it; if it should exist, see `dt-config`"
_MISSING = "this lake doesn't exist yet"
_UPGRADE = "upgrade ducktracker, and DuckDB with it"
_MIGRATE_FORMAT = "ATTACH it once with AUTOMATIC_MIGRATION true: that brings it to the newer format"
_FORMAT = re.compile(r"catalog version is (\S+), but the extension requires version (\S+?)\.?\s")
_DATA_PATH = re.compile(r'DATA_PATH parameter "(.*)" does not match existing data path in the catalog "(.*)"\.', re.S)
_INITIALIZING = "Failed to initialize DuckLake"
_JUST_MADE = re.compile(r"\b(?:ducklake_\w+|pg_(?:type|class|namespace)_\w+_index)\b")
"""What two processes hit that make the same new lake: a table of it, or the index that knows the table's name."""

_MEANINGS: tuple[tuple[str, type[LakeError], str, str | None], ...] = (
    ("Could not set lock on file", LakeLocked, "another process holds this lake", "wait for it to end, or stop it"),
    ("not a valid DuckDB database", LakeError, "not a DuckLake catalog file", None),
    ("database is locked", LakeLocked, "another process holds this lake", "wait for it to end, or stop it"),
    ("file is not a database", LakeError, "not a DuckLake catalog file", None),
    (
        "attempt to write a readonly database",
        LakeError,
        "a process was killed while it wrote to this file, and you may not write to it, as taking that back needs",
        "run any command once as a user who may write to the file and its folder",
    ),
    ("database does not exist", LakeMissing, _MISSING, _MIGRATE),
    (
        "data_path is not set",
        LakeError,
        "a new lake in PostgreSQL needs a place for its data files",
        "set connection.data_path in ducktracker.toml, or DUCKTRACKER_DATA_PATH",
    ),
)


def place(settings: Connection) -> str:
    """Return the words for where the lake is, without secrets."""
    if settings.secret_name:
        return f"secret {settings.secret_name}"
    if settings.is_file:
        return settings.file
    return redact(settings.postgres_connection) or "PostgreSQL"


def explained(text: str, settings: Connection) -> LakeError:
    """Return the error for DuckDB's text about a failed ATTACH; never with a password in it."""
    where = place(settings)
    if "creating a new DuckLake is explicitly disabled" in text:
        return no_lake(settings)
    if version := _FORMAT.search(text + " "):
        return _other_format(version[1], version[2], where)
    if paths := _DATA_PATH.search(text):
        return LakeError(
            f"the lake keeps its data in {redact(paths[2])}, but connection.data_path is {redact(paths[1])}",
            place=where,
            hint="if the lake was moved there with its data, set connection.override_data_path = true",
        )
    if _INITIALIZING in text and _JUST_MADE.search(reason(text)):
        return LakeJustMade("another process made this lake at the same time", place=where, hint="run again")
    if settings.is_file and (found := backend_of_file(settings.file)) and found != settings.catalog_backend:
        hint = f'set connection.catalog_backend = "{found}", and connection.{_KEYS[found]} to this file'
        return LakeError(f"this is a {NAMES[found]} file", place=where, hint=hint)
    for sign, kind, meaning, remedy in _MEANINGS:
        if sign in text:
            return kind(meaning, place=where, hint=remedy)
    return LakeError(f"can't be attached: {shortened(redact(reason(text)), 300)}", place=where)


def met_a_lock(error: LakeBusy, settings: Connection) -> Exception:
    """Return what a lock means that an ATTACH met: one on a SQLite file is soon gone, so that another try is due."""
    text = original(error)
    return explained(text, settings) if is_locked(text) else error


def is_same_folder(text: str) -> bool:
    """Whether an ATTACH failed only because the lake has its data path as it was written, relative.

    ducktracker 0.1.0 handed the setting over as it was; ours are absolute.
    """
    paths = _DATA_PATH.search(text)
    if not paths:
        return False
    ours, stored = (os.path.normpath(path) for path in paths.groups())
    return os.path.isabs(ours) and not os.path.isabs(stored) and ours.endswith(os.sep + stored)


def missing(where: str) -> LakeMissing:
    """Return the error for a place without a lake; maybe it is the wrong one."""
    return LakeMissing(_MISSING, place=where, hint=_MIGRATE)


def tampered(message: str, where: str | None) -> LakeError:
    """Return the error for what is in no lake's catalog, unless somebody wrote to it by hand."""
    return LakeError(message, place=where, hint="ask whoever made this catalog")


def no_lake(settings: Connection) -> LakeError:
    """Return the error for a place that can be reached and holds no lake."""
    if settings.is_file:
        kind, key = NAMES[settings.catalog_backend], _KEYS[settings.catalog_backend]
        message = f"this {kind} file is not a DuckLake catalog; ducktracker will not convert it"
        return LakeError(message, place=place(settings), hint=f"set connection.{key} to another file")
    if settings.metadata_schema.startswith(IN_CATALOG):
        message = f"there is no branch {settings.metadata_schema.removeprefix(IN_CATALOG)}"
        return LakeError(message, place=place(settings), hint="ducktracker branch list")
    return missing(place(settings))


def _other_format(lake: str, ours: str, where: str) -> LakeError:
    message = f"this lake has format {lake}; DuckDB {duckdb.__version__} reads format {ours}"
    return LakeError(message, place=where, hint=_MIGRATE_FORMAT if _number(lake) < _number(ours) else _UPGRADE)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))
