"""Which versions of DuckDB and builds of DuckLake ducktracker is tested with, and a warning for all others."""

import re
from functools import cache

import duckdb

from dt_contract.boundary import warn

TESTED = {"1.5.2": "415a9ebd", "1.5.3": "e6a3bd0a", "1.5.4": "d318a545", "1.5.5": "d8a1881e"}
"""Each version of DuckDB, with the build of DuckLake that its wheel `duckdb-extension-ducklake` holds."""


def warn_if_untested(connection: duckdb.DuckDBPyConnection, *, bundled: bool) -> None:
    """Print one line on stderr, once in a process, if this DuckDB or its DuckLake is newer than the tests.

    `bundled` says that the extension comes from the wheel of this DuckDB: its build is known then, which saves 1 to
    10 ms. A build that is in none of the wheels counts as newer, since builds have no order.
    """
    if _number(duckdb.__version__) > _number(max(TESTED, key=_number)):
        _warn_once(f"DuckDB {duckdb.__version__}")
    elif not (bundled and duckdb.__version__ in TESTED):
        query = "SELECT extension_version FROM duckdb_extensions() WHERE extension_name = 'ducklake'"
        row = connection.execute(query).fetchone()
        if row and row[0] not in TESTED.values():
            _warn_once(f"DuckLake {row[0]}")


@cache
def _warn_once(what: str) -> None:
    newest = max(TESTED, key=_number)
    tested = f"DuckDB {newest} and DuckLake {TESTED[newest]} are the newest that it is tested with"
    warn("ducktracker", f"{what} is untested with this version of ducktracker; {tested}")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
