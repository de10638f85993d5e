"""What the tool sets on its connections to PostgreSQL, unless the user sets it.

libpq takes PGOPTIONS, PGCONNECT_TIMEOUT and PGAPPNAME only where the connection string, the service or the secret says
nothing, so they are defaults in every form of a connection. Keepalives have no variable; they go into the string.
"""

import os
import re

import duckdb

from dt_config.config import Connection
from dt_config.dsn import with_defaults
from dt_contract.errors import LakeError
from dt_lake.engine_text import reason
from dt_lake.errors import original
from dt_lake.meaning import place
from dt_lake.sql import literal

_OURS = re.compile(r"^-c standard_conforming_strings=on -c lock_timeout=\d+ ?")
_PARAMETERS = re.compile(r"\boptions\b|\block_timeout\b|\bstandard_conforming_strings\b")
_ENVIRONMENT = {"PGCONNECT_TIMEOUT": "15", "PGAPPNAME": "ducktracker"}
_ALIVE = {
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
"""Seconds, and milliseconds for the last: a network that has stalled is given up after a minute."""

_lock_timeout = 60.0


def set_lock_timeout(seconds: float) -> None:
    """Wait for locks on the lake's metadata for so long from the next connection on."""
    global _lock_timeout
    _lock_timeout = seconds


def options() -> str:
    """Return what libpq's `options` begin with; what follows wins."""
    return f"-c standard_conforming_strings=on -c lock_timeout={max(1, round(_lock_timeout * 1000))} "


def prepared(settings: Connection) -> str:
    """Return the connection string with our defaults in it, and set those that are variables of libpq's."""
    for variable, value in _ENVIRONMENT.items():
        os.environ.setdefault(variable, value)
    os.environ["PGOPTIONS"] = options() + _OURS.sub("", os.environ.get("PGOPTIONS", ""))
    return with_defaults(settings.postgres_connection, _ALIVE, options())


def connected(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Run an ATTACH; once more without our options where a pooler between takes none."""
    try:
        connection.execute(statement)
    except duckdb.Error as error:
        ours = os.environ.get("PGOPTIONS", "")
        if not _OURS.search(ours) or not _PARAMETERS.search(reason(original(error))):
            raise
        os.environ["PGOPTIONS"] = _OURS.sub("", ours)
        connection.execute(statement.replace(options().replace("'", "''"), ""))


def check_strings(connection: duckdb.DuckDBPyConnection, settings: Connection) -> None:
    """Raise LakeError if DuckLake's SQL would mean something else to the server than it says.

    With standard_conforming_strings off every backslash in a stored text or blob is taken for an escape.
    """
    query = "SELECT current_setting('standard_conforming_strings')"
    metadata = literal(f"__ducklake_metadata_{settings.catalog_name}")
    row = connection.execute(f"SELECT * FROM postgres_query({metadata}, {literal(query)})").fetchone()
    if row and row[0] != "on":
        raise LakeError(
            "PostgreSQL has standard_conforming_strings = off here, and would change every backslash that is stored",
            place=place(settings),
            hint="take it out of the connection's options, or set it to on for the role: "
            "ALTER ROLE … SET standard_conforming_strings = on",
        )
