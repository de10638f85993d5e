"""Which types the columns of a catalog's tables have. Pure."""

import re
from collections.abc import Iterable

_KINDS = (
    (
        re.compile(
            r"\w+_(id|snapshot|index|count|bytes|size|version)|parent_column|column_order|file_order|row_id_start|partial_max"
        ),
        "int",
    ),
    (re.compile(r"path_is_relative|nulls_allowed|is_partition|contains_(nan|null)"), "bool"),
    (re.compile(r"\w+_uuid"), "uuid"),
    (re.compile(r"snapshot_time|schedule_start"), "timestamp"),
)
_NAMES = {
    "int": {"bigint", "integer", "ubigint", "uinteger", "hugeint"},
    "bool": {"boolean"},
    "uuid": {"uuid", "varchar", "character varying", "text"},
    "timestamp": {"timestamp with time zone", "timestamp", "timestamp without time zone"},
    "text": {"varchar", "character varying", "text"},
}
"""What DuckDB and PostgreSQL call them."""


_IN_SQLITE = {"bool": {"bigint"}, "timestamp": {"varchar"}}
"""SQLite has no such types."""


def wrong_column(columns: Iterable[tuple[str, str]], *, is_sqlite: bool = False) -> str | None:
    """Return the first of the columns (name, type) whose type no lake has there, None if there is none.

    What one of its columns is stands in its name, whatever the table.
    """
    names = _NAMES | _IN_SQLITE if is_sqlite else _NAMES
    for column, type_ in columns:
        kind = next((kind for pattern, kind in _KINDS if pattern.fullmatch(column)), "text")
        if type_.lower() not in names[kind]:
            return column
    return None
