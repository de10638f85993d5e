"""The DuckDB secret that says where a lake is."""

import os
import re

import duckdb
from msgspec.structs import replace

from dt_config.backends import backend_of_file, unsupported
from dt_config.config import Backend, Connection
from dt_contract.errors import LakeError

_PATH = re.compile(r";metadata_path=(.*?)(?:;metadata_schema=([^;]*))?\Z", re.DOTALL)
_PARAMETERS = re.compile(r";metadata_parameters=\{(.*?)\};metadata_path=", re.DOTALL)
_PREFIX = re.compile(r"\w+:", re.ASCII)
"""What DuckDB takes for the kind of a database before its path."""
_HINT = "check connection.secret_name and connection.secret_directory"


def find_secret(connection: duckdb.DuckDBPyConnection, settings: Connection) -> tuple[str, str]:
    """Return name and type of the secret that the configuration names: `ducklake`, or `postgres` on that backend.

    Raises LakeError. Without this look-up DuckDB would take a name it doesn't know for a file, and make that.
    """
    wanted = settings.secret_name
    query = "SELECT name, type FROM duckdb_secrets() WHERE lower(name) = lower(?)"
    try:
        found = connection.execute(query, [wanted]).fetchone()
    except duckdb.Error as error:
        # A secret that DuckDB can't read is in its text with all that it holds.
        raise LakeError(f"DuckDB can't read its secrets ({type(error).__name__})", hint=_HINT) from None
    if found is None:
        raise LakeError(f"there is no DuckDB secret named {wanted}", hint=_HINT)
    name, kind = str(found[0]), str(found[1])
    if kind != "ducklake" and kind != settings.catalog_backend:
        usable = "ducklake or postgres" if settings.catalog_backend == "postgres" else "ducklake"
        raise LakeError(f"the DuckDB secret {name} has type {kind}, not {usable}", hint=_HINT)
    if kind == "ducklake" and not re.fullmatch(r"\w+", name, re.ASCII):
        # DuckLake takes any other text after `ducklake:` for a path.
        raise LakeError(f"DuckLake takes secrets only by names of letters, digits and _, not {name}", hint=_HINT)
    return name, kind


def without_secret(connection: duckdb.DuckDBPyConnection, settings: Connection) -> Connection | None:
    """Return the same lake without its secret of the type `ducklake`; None if its catalog is of another kind than ours.

    A secret of the type `postgres` in it stays. Raises LakeError for a lake in memory.
    """
    query = "SELECT secret_string FROM duckdb_secrets() WHERE lower(name) = lower(?)"
    row = connection.execute(query, [settings.secret_name]).fetchone()
    text = str(row[0]) if row else ""
    found = _PATH.search(text)
    listed = _PARAMETERS.search(text)
    parameters = dict(item.strip().partition("=")[::2] for item in (listed[1] if listed else "").split(","))
    upper = {key.upper(): value for key, value in parameters.items()}
    path, schema = (found[1], found[2] or "") if found else ("", "")
    schema = settings.metadata_schema or schema
    kind, separator, rest = path.partition(":") if _PREFIX.match(path) else ("", "", path)
    kind = kind.lower()
    named = upper.get("TYPE", kind if separator else "").lower()
    if reason := unsupported(named):
        raise LakeError(reason, place=f"secret {settings.secret_name}")
    if named in ("postgres", "postgresql"):
        server = rest if separator and kind == "postgres" else path
        return replace(
            settings,
            catalog_backend="postgres",
            postgres_connection=server,
            secret_name=upper.get("SECRET", ""),
            metadata_schema=schema,
        )
    file = os.path.expanduser(rest if separator and kind in ("duckdb", "sqlite") else path)
    if not file or file.startswith(":memory:"):
        raise LakeError(
            f"the DuckDB secret {settings.secret_name} names no file: its lake would be gone with each command",
            hint="create it again with a METADATA_PATH",
        )
    if "://" in file or (separator and kind not in ("duckdb", "sqlite")):
        return None
    backend: Backend = "sqlite" if named == "sqlite" or backend_of_file(file) == "sqlite" else "duckdb"
    return replace(settings, catalog_backend=backend, secret_name="", metadata_schema=schema).at(file)
