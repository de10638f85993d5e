"""The ATTACH of a lake, and what its errors mean."""

import re
from pathlib import Path

import duckdb

from dt_config.config import Connection
from dt_contract.errors import LakeError
from dt_contract.redaction import redact
from dt_lake.extensions import load_extension
from dt_lake.sql import literal, name

_NEEDS = re.compile(r"required extension '(\w+)'")


class LakeMissing(LakeError):
    """There is no lake at the place that the configuration names."""


class LakeLocked(LakeError):
    """Another process holds the DuckDB file of the lake."""


class LakeJustMade(LakeError):
    """Another process made the same new lake at the same time: attach again."""


def attach(connection: duckdb.DuckDBPyConnection, settings: Connection, *, read_only: bool, create: bool) -> None:
    """Attaches the lake under its catalog name. An extension that the ATTACH asks for is loaded.

    Raises LakeMissing, LakeLocked, LakeJustMade or another LakeError; never with a password in its text.
    """
    if not create and not settings.secret_name and settings.catalog_backend == "duckdb":
        _check_file(settings)
    statement = _statement(settings, read_only=read_only, create=create)
    loaded: set[str] = set()
    connection.execute("SET autoinstall_known_extensions = false")
    while True:
        try:
            connection.execute(statement)
            break
        except duckdb.Error as error:
            needed = _NEEDS.search(str(error))
            if not needed or needed[1] in loaded:
                raise _explained(str(error), settings) from None
            load_extension(connection, needed[1], settings.extensions_path)
            loaded.add(needed[1])
    connection.execute("RESET autoinstall_known_extensions")


def place(settings: Connection) -> str:
    """Gives the words for where the lake is, without secrets."""
    if settings.secret_name:
        return f"secret {settings.secret_name}"
    if settings.catalog_backend == "duckdb":
        return settings.duckdb_metadata_path
    return redact(settings.postgres_connection) or "PostgreSQL"


def _check_file(settings: Connection) -> None:
    """ATTACH of a missing file would leave an empty one behind."""
    file = Path(settings.duckdb_metadata_path)
    if not file.exists():
        raise LakeMissing("there is no lake here yet", place=str(file), hint="ducktracker migrate makes it")
    if file.is_dir():
        raise LakeError("this is a folder, not the DuckDB file of a lake", place=str(file))


def _statement(settings: Connection, *, read_only: bool, create: bool) -> str:
    options = []
    if settings.data_path:
        options.append(f"DATA_PATH {literal(settings.data_path)}")
    if settings.metadata_schema:
        options.append(f"METADATA_SCHEMA {literal(settings.metadata_schema)}")
    if read_only:
        options.append("READ_ONLY")
    if not create:
        options.append("CREATE_IF_NOT_EXISTS false")
    listed = f" ({', '.join(options)})" if options else ""
    return f"ATTACH {literal('ducklake:' + _target(settings))} AS {name(settings.catalog_name)}{listed}"


def _target(settings: Connection) -> str:
    if settings.secret_name:
        return settings.secret_name
    if settings.catalog_backend == "duckdb":
        return f"duckdb:{settings.duckdb_metadata_path}"
    return f"postgres:{settings.postgres_connection}"


_JUST_MADE = re.compile(r'Failed to initialize DuckLake.*(duplicate key value|relation ".*" already exists)', re.DOTALL)
_MEANINGS: tuple[tuple[str, type[LakeError], str, str | None], ...] = (
    ("Could not set lock on file", LakeLocked, "another process holds this lake", "wait for it to end, or stop it"),
    ("but it is not a valid DuckDB database", LakeError, "this is not the DuckDB file of a lake", None),
    ("database does not exist", LakeMissing, "there is no lake here yet", "ducktracker migrate makes it"),
    (
        "data_path is not set",
        LakeError,
        "a new lake in PostgreSQL needs a place for its data files",
        "set connection.data_path in ducktracker.toml, or DUCKTRACKER_DATA_PATH",
    ),
)


def _explained(text: str, settings: Connection) -> LakeError:
    where = place(settings)
    if "creating a new DuckLake is explicitly disabled" in text:
        return _no_lake(settings)
    version = re.search(r"catalog version is (\S+), but the extension requires version (\S+?)\.?\s", text + " ")
    if version:
        return LakeError(
            f"this lake has format {version[1]}; DuckDB {duckdb.__version__} reads format {version[2]}",
            place=where,
            hint="upgrade duckdb and its ducklake extension",
        )
    if "Secret" in text and "was not found" in text:
        hint = "check connection.secret_name and connection.secret_directory"
        return LakeError(f"there is no DuckDB secret of the name {settings.secret_name}", hint=hint)
    if _JUST_MADE.search(text):
        return LakeJustMade("another process made this lake at the same time", place=where, hint="run again")
    for sign, kind, meaning, remedy in _MEANINGS:
        if sign in text:
            return kind(meaning, place=where, hint=remedy)
    return LakeError(f"can't be attached: {_essence(text)}", place=where)


def _no_lake(settings: Connection) -> LakeError:
    if settings.catalog_backend == "duckdb" and not settings.secret_name:
        message = "this DuckDB file holds no lake, and is not made into one"
        return LakeError(message, place=place(settings), hint="set connection.duckdb_metadata_path to another file")
    return LakeMissing("there is no lake here yet", place=place(settings), hint="ducktracker migrate makes it")


def _essence(text: str) -> str:
    """DuckDB repeats the connection string in its text; what follows it is the reason."""
    reason = re.sub(r'^.*?Unable to connect to Postgres at ".*?": ', "", text.strip(), flags=re.DOTALL)
    return " ".join(redact(reason).split())
