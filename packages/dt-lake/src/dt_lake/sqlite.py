"""What differs where the catalog is a SQLite file (docs/ducklake-facts.md#sqlite and what follows there).

SQLite has no types for booleans and times, no schemas, and locks the whole file: a COMMIT fails while another process
commits, and nothing of it is in the lake then.
"""

import os
import re

from dt_config.config import Connection
from dt_contract.errors import LakeError
from dt_lake.sql import literal, name

_BOOLEANS = {
    **dict.fromkeys(("schema", "table", "data_file", "delete_file"), ("path_is_relative",)),
    "files_scheduled_for_deletion": ("path_is_relative",),
    "column": ("nulls_allowed",),
    "file_column_stats": ("contains_nan",),
    "file_variant_stats": ("contains_nan",),
    "table_column_stats": ("contains_null", "contains_nan"),
    "name_mapping": ("is_partition",),
}
"""Columns of DuckLake 1.0's tables that are BIGINT in SQLite, and BOOLEAN elsewhere."""
_TIMES = {"snapshot": "snapshot_time", "files_scheduled_for_deletion": "schedule_start"}
"""Columns that are VARCHAR in SQLite, and TIMESTAMP WITH TIME ZONE elsewhere."""
_FAULT = re.compile(
    r"(?:^|: )(database is locked|disk I/O error|database disk image is malformed|database or disk is full"
    r"|attempt to write a readonly database|unable to open database file|file is not a database|locking protocol)$",
    re.MULTILINE,
)
"""SQLite's own words for what its environment did to it (sqlite3ErrStr in its main.c), at the end of DuckDB's."""
_ENDED = 'Failed to execute query "ROLLBACK": cannot rollback - no transaction is active'
"""What DuckDB says where SQLite has rolled back by itself. Why, it doesn't say: the disk is full, or it fails."""
_WRONG = re.compile(r"Invalid type in (column \"\w+\"): column was declared as ")
"""Any column of SQLite's can hold a value of any type."""
_LOCKED = "database is locked"
_OF_SQLITE = """
SELECT name, type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AS is_table FROM sqlite_master
WHERE type IN ('table', 'view') AND (name LIKE 'ducklake%' OR name = 'ducktracker_branch')
"""
_TYPES = """
SELECT m.name AS "table", p.name AS "column", p.type AS type FROM sqlite_master m, pragma_table_xinfo(m.name) p
WHERE m.name IN ({tables}) ORDER BY m.name, p.cid
"""
_WAL = 2
"""The byte at 18 in the file of a database in this mode (https://sqlite.org/fileformat.html)."""
_AT_ONCE = 400
"""SQLite takes 500 parts of one UNION."""


def typed(table: str, quoted: str) -> str:
    """Return what stands after FROM to read a table of a catalog with the types that it has in other databases."""
    kind = table.removeprefix("ducklake_")
    replaced = [f"{column}::BOOLEAN AS {column}" for column in _BOOLEANS.get(kind, ())]
    if kind in _TIMES:
        replaced.append(f"TRY_CAST({_TIMES[kind]} AS TIMESTAMPTZ) AS {_TIMES[kind]}")
    return f"(SELECT * REPLACE ({', '.join(replaced)}) FROM {quoted})" if replaced else quoted


def stored_type(type_: str) -> str:
    """Return the type that DuckLake gives a column of small rows whose type is this one elsewhere."""
    if type_ in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "BOOLEAN"):
        return "BIGINT"
    return "BLOB" if type_ == "BLOB" else "VARCHAR"


def asked(catalog: str, query: str) -> str:
    """Return what stands after FROM to have SQLite itself run a query of an attached file."""
    return f"sqlite_query({literal(catalog)}, {literal(query)})"


def relations(catalog: str) -> str:
    """Return the query of a catalog's relations, and whether each is a table."""
    return f"SELECT name, is_table::BIGINT::BOOLEAN FROM {asked(catalog, _OF_SQLITE)}"


def column_types(catalog: str, tables: list[str]) -> str:
    """Return the query of the columns of some tables: table, column, type."""
    return f"FROM {asked(catalog, _TYPES.format(tables=', '.join(map(literal, tables))))}"


def with_rows(catalog: str, tables: list[str]) -> str:
    """Return the query of those of some tables that have rows; "" if there are none."""
    parts = [f"SELECT {literal(table)} AS found WHERE EXISTS (SELECT 1 FROM {name(table)})" for table in sorted(tables)]
    batches = [parts[first : first + _AT_ONCE] for first in range(0, len(parts), _AT_ONCE)]
    return " UNION ALL ".join(f"FROM {asked(catalog, ' UNION ALL '.join(batch))}" for batch in batches)


def is_to_be_recovered(settings: Connection) -> bool:
    """Return whether somebody is writing to the file of a SQLite catalog, or was killed while writing.

    SQLite takes back what was half done as soon as the file is read by someone who may write to it. READ_ONLY it can't,
    and nobody could read the lake. Raises LakeError for a file in WAL mode.
    """
    if not settings.is_file or settings.catalog_backend != "sqlite":
        return False
    _check_mode(settings)
    return _is_beside(settings, "-journal")


def _check_mode(settings: Connection) -> None:
    """Refuse a file of which what is read in one transaction would not be of one moment.

    DuckDB's extension reads each table by a connection of its own. Only where readers keep writers out, as in every
    mode but WAL, they all see the same (docs/ducklake-facts.md#sqlite-in-wal-mode). To be asked before this process
    attaches the file: to close any descriptor of it lets go of the locks that the process has on it.
    """
    try:
        with open(settings.sqlite_path, "rb") as file:
            begin = file.read(20)
    except OSError:
        return
    # SQLite reads a log that is there whatever the file itself says.
    if begin[18:19] == bytes((_WAL,)) or _is_beside(settings, "-wal"):
        raise LakeError(
            "this SQLite file is in WAL mode, in which DuckDB reads what belongs together at different moments",
            place=settings.sqlite_path,
            hint="while nobody uses it: sqlite3 FILE 'PRAGMA journal_mode = delete'",
        )


def _is_beside(settings: Connection, suffix: str) -> bool:
    try:
        return os.stat(f"{os.path.realpath(settings.sqlite_path)}{suffix}").st_size > 0
    except OSError:
        return False


def is_locked(text: str) -> bool:
    """Whether DuckDB's text says that another process has locked the file."""
    return fault_of(text) == _LOCKED


def fault_of(text: str) -> str | None:
    """Return what SQLite's environment did to it, in SQLite's words, or what its columns should not hold."""
    if wrong := _WRONG.search(text):
        return f"the lake's catalog has a value of another type in {wrong[1]}"
    if _ENDED in text:
        return "the transaction can't be written; is the disk full?"
    found = _FAULT.search(text)
    return found[1] if found else None
