"""The databases that a lake's catalog can be in, and what is said of those that it can't."""

import os

from dt_config.config import Backend

_SQLITE = b"SQLite format 3\0"
"""How every SQLite file begins (https://sqlite.org/fileformat.html)."""
_DUCKDB = b"DUCK"
"""What stands after the checksum of eight bytes that a DuckDB file begins with (DuckDB's MainHeader)."""
_REASONS = {
    "mysql": "MySQL can't hold a DuckLake: the second INSERT into a lake there fails, and DuckLake advises against it",
    "quack": "a lake that a DuckDB serves (Quack) is not supported: ducktracker reads many tables of a catalog at once",
    "motherduck": "a lake on MotherDuck is not supported: ducktracker reads the tables of a catalog by itself",
}
_PREFIXES = frozenset(("ducklake", "duckdb", "sqlite", "postgres"))
_OTHER_NAMES = {"mariadb": "mysql", "md": "motherduck"}


def unsupported(name: str) -> str | None:
    """Return why no catalog is supported in the database of this name, None if that is not known."""
    return _REASONS.get(_OTHER_NAMES.get(name.lower(), name.lower()))


def no_path(text: str) -> str | None:
    """Return why this is no path of a catalog's file, as DuckLake's ATTACH would take it; None if it may be one."""
    schemes = text.split(":")[:-1]
    named = [reason for scheme in schemes if (reason := unsupported(scheme))]
    if named:
        return named[0]
    if schemes and schemes[0].lower() in _PREFIXES:
        return f"a path is needed here, without `{schemes[0]}:` before it"
    return None


def backend_of_file(path: str) -> Backend | None:
    """Return what a file is by its first bytes; None if it is not there, or neither."""
    if not os.path.isfile(path):
        return None  # To open a pipe would wait for somebody to write to it.
    try:
        with open(path, "rb") as file:
            begin = file.read(len(_SQLITE))
    except OSError:
        return None
    if begin == _SQLITE:
        return "sqlite"
    return "duckdb" if begin[8:12] == _DUCKDB else None
