"""The ATTACH of a lake."""

import errno
import os
import re
import stat
from contextlib import suppress
from typing import NamedTuple

import duckdb

from dt_config.config import Backend, Connection
from dt_contract.errors import InputError, LakeBusy, LakeError
from dt_lake.data_path import DataPath, data_path
from dt_lake.errors import original
from dt_lake.extensions import load_extension, no_autoinstall
from dt_lake.mark import Mark
from dt_lake.meaning import (
    NAMES,
    LakeJustMade,
    LakeLocked,
    LakeMissing,
    explained,
    is_same_folder,
    met_a_lock,
    missing,
    place,
)
from dt_lake.secret import find_secret, without_secret
from dt_lake.server import check_strings, connected, prepared
from dt_lake.sql import literal, name
from dt_lake.stored import Stored, read_stored

__all__ = ["Attached", "LakeJustMade", "LakeLocked", "LakeMissing", "attach", "check_file", "check_name", "place"]

_TAKEN = frozenset(("main", "memory", "system", "temp"))
_AZURE = ("az", "azure", "abfss")
_OVERRIDE = "OVERRIDE_DATA_PATH true"
_WITHOUT_STATISTICS = "SET GLOBAL disabled_optimizers = 'statistics_propagation,compressed_materialization'"
"""ORDER BY and WHERE return something else where statistics are wrong (docs/ducklake-facts.md#per-thread-output)."""
_NEEDS = re.compile(r"required extension '(\w+)'|Extension \"(\w+)\" is an existing extension")


class Attached(NamedTuple):
    """Where the data of an attached lake is, "" if only DuckLake knows that; and its mark if it is a branch.

    `backend` is what its catalog is in, also where only a secret says so.
    """

    data_path: str
    branch: Mark | None = None
    backend: Backend = "duckdb"


def attach(
    connection: duckdb.DuckDBPyConnection,
    settings: Connection,
    *,
    read_only: bool,
    create: bool,
) -> Attached:
    """Attach the lake under its catalog name.

    An extension that the ATTACH asks for, or an encrypted lake for its data, is loaded.

    Raises LakeMissing, LakeLocked, LakeJustMade or another LakeError; never with a password in its text.
    """
    own = own_settings(connection, settings)
    if own and not create:
        check_file(own)
    stored = _stored(connection, own) if own else None
    data = data_path(settings, stored, write=not read_only) if stored and own is settings else None
    target, options = _target(connection, settings)
    options = [*options, *_data_options(settings, data)]
    tried: set[str] = set()
    while True:
        try:
            with no_autoinstall(connection):
                connected(connection, _statement(target, options, settings, read_only=read_only, create=create))
            if settings.catalog_backend == "postgres":
                check_strings(connection, settings)
            if stored.has_wrong_statistics if stored else settings.secret_name:
                connection.execute(_WITHOUT_STATISTICS)
            path, branch = data.path if data else settings.data_path, stored.branch if stored else None
            return Attached(path, branch, (own or settings).catalog_backend)
        except LakeBusy as busy:
            raise met_a_lock(busy, settings) from None
        except duckdb.Error as error:
            text = original(error)
        remedy = _OVERRIDE if is_same_folder(text) else _needed(text)
        if not remedy or remedy in tried:
            raise explained(text, settings)
        tried.add(remedy)
        if remedy == _OVERRIDE:
            options = [*options, _OVERRIDE]
        else:
            load_extension(connection, remedy, settings.extensions_path)


def own_settings(connection: duckdb.DuckDBPyConnection, settings: Connection) -> Connection | None:
    """Return the settings by which the catalog is reached without DuckLake, None if it can't be. Raises LakeError."""
    if not settings.secret_name:
        return settings
    prepared(settings)
    if find_secret(connection, settings)[1] != "ducklake":
        return settings
    own = without_secret(connection, settings)
    if own:
        with suppress(LakeMissing):
            check_file(own)
        load_backend(connection, own)
    return own


def load_backend(connection: duckdb.DuckDBPyConnection, settings: Connection) -> None:
    """Load the extension that the catalog is reached by. Raises LakeError."""
    if settings.catalog_backend != "duckdb":
        load_extension(connection, settings.catalog_backend, settings.extensions_path)


def _stored(connection: duckdb.DuckDBPyConnection, settings: Connection) -> Stored | None:
    if settings.is_file and not os.path.exists(settings.file):
        return None
    stored = read_stored(connection, settings)
    # DuckDB writes encrypted Parquet files only with the cryptography of this extension.
    needed = {"httpfs"} if stored and stored.is_encrypted else set()
    if stored and stored.branch:
        # The ATTACH of a branch asks for what its own data path needs, and not for what the files need that it shares.
        schemes = {path.partition("://")[0] for path in stored.branch.shared if "://" in path}
        needed |= {"azure" if scheme in _AZURE else "httpfs" for scheme in schemes}
    for extension in sorted(needed):
        load_extension(connection, extension, settings.extensions_path)
    return stored


def _data_options(settings: Connection, data: DataPath | None) -> list[str]:
    path = data.path if data else settings.data_path
    overrides = data.overrides if data else settings.override_data_path
    return [*([f"DATA_PATH {literal(path)}"] if path else []), *([_OVERRIDE] if overrides else [])]


def _needed(text: str) -> str | None:
    found = _NEEDS.search(text)
    return (found[1] or found[2]) if found else None


def check_name(settings: Connection) -> None:
    """Raise InputError for a catalog name that DuckDB has itself; its ATTACH can end in a segmentation fault."""
    if settings.catalog_name.lower() in _TAKEN:
        message = f"{settings.catalog_name} is a catalog name that DuckDB reserves"
        raise InputError(message, hint="set connection.catalog_name to another name")


def check_file(settings: Connection) -> None:
    """Raise LakeMissing or LakeError where the catalog's file is no file: ATTACH would leave an empty one behind."""
    if not settings.is_file:
        return
    file = settings.file
    try:
        mode = os.stat(file).st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise missing(file) from None
    except OSError as error:
        raise LakeError(f"can't be read: {error.strerror}", place=file) from None
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a device or pipe"
        raise LakeError(f"this is {kind}, not the {NAMES[settings.catalog_backend]} file of a lake", place=file)
    if not os.access(file, os.R_OK):
        raise LakeError(f"can't be read: {os.strerror(errno.EACCES)}", place=file)


def _target(connection: duckdb.DuckDBPyConnection, settings: Connection) -> tuple[str, list[str]]:
    """Return what follows `ducklake:`, and the options that belong to it."""
    if settings.secret_name:
        prepared(settings)
        secret, kind = find_secret(connection, settings)
        return (secret, []) if kind == "ducklake" else ("postgres:", [f"META_SECRET {literal(secret)}"])
    if settings.is_file:
        return f"{settings.catalog_backend}:{settings.file}", []
    return f"postgres:{prepared(settings)}", []


def _statement(target: str, options: list[str], settings: Connection, *, read_only: bool, create: bool) -> str:
    options = list(options)
    if settings.metadata_schema:
        options.append(f"METADATA_SCHEMA {literal(settings.metadata_schema)}")
    if read_only:
        options.append("READ_ONLY")
    if not create:
        options.append("CREATE_IF_NOT_EXISTS false")
    listed = f" ({', '.join(options)})" if options else ""
    return f"ATTACH {literal('ducklake:' + target)} AS {name(settings.catalog_name)}{listed}"
