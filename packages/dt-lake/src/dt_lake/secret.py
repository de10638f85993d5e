"""The DuckDB secret that says where a lake is."""

import re

import duckdb

from dt_config.config import Connection
from dt_contract.errors import LakeError

_HINT = "check connection.secret_name and connection.secret_directory"


def find_secret(connection: duckdb.DuckDBPyConnection, settings: Connection) -> tuple[str, str]:
    """Gives name and type of the secret that the configuration names: `ducklake`, or `postgres` on that backend.

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
        raise LakeError(f"there is no DuckDB secret of the name {wanted}", hint=_HINT)
    name, kind = str(found[0]), str(found[1])
    if kind != "ducklake" and kind != settings.catalog_backend:
        usable = "ducklake or postgres" if settings.catalog_backend == "postgres" else "ducklake"
        raise LakeError(f"the DuckDB secret {name} is of the type {kind}, not {usable}", hint=_HINT)
    if kind == "ducklake" and not re.fullmatch(r"\w+", name, re.ASCII):
        # DuckLake takes any other text after `ducklake:` for a path.
        raise LakeError(f"DuckLake takes secrets only by names of letters, digits and _, not {name}", hint=_HINT)
    return name, kind
