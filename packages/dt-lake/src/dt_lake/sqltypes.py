"""SQL types as DuckDB writes them, from the type names that DuckLake stores."""

import re
from collections.abc import Iterable, Set

from dt_lake.meaning import tampered
from dt_lake.sql import literal, name

_PLAIN = {
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "int128": "HUGEINT",
    "uint8": "UTINYINT",
    "uint16": "USMALLINT",
    "uint32": "UINTEGER",
    "uint64": "UBIGINT",
    "uint128": "UHUGEINT",
    "float32": "FLOAT",
    "float64": "DOUBLE",
    "timetz": "TIME WITH TIME ZONE",
    "timestamptz": "TIMESTAMP WITH TIME ZONE",
}
NESTED = frozenset(("struct", "list", "map"))
"""The stored types that have children."""
_CHILDREN = {"list": 1, "map": 2}
_NUMERIC = re.compile(r"U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")


def sql_type(stored: str) -> str:
    """Return the SQL type of a type without children, `INTEGER` for `int32`."""
    return _PLAIN.get(stored) or stored.upper()


def nested_type(stored: str, children: Iterable[tuple[str, str]], keywords: Set[str]) -> str:
    """Return the SQL type of a `struct`, `list` or `map` from the names and SQL types of its children.

    Raises LakeError for a list or map that lacks them.
    """
    fields = list(children)
    if len(fields) != _CHILDREN.get(stored, len(fields)):
        raise tampered(f"the lake's catalog has a {stored} without the types in it", None)
    match stored:
        case "list":
            return f"{fields[0][1]}[]"
        case "map":
            return f"MAP({fields[0][1]}, {fields[1][1]})"
        case _:
            return f"STRUCT({', '.join(f'{_field(field, keywords)} {sql}' for field, sql in fields)})"


def _field(field: str, keywords: Set[str]) -> str:
    """DuckDB quotes what is no plain ASCII identifier, and every keyword."""
    plain = field.isascii() and field.isidentifier() and field.lower() not in keywords
    return field if plain else name(field)


def literal_default(value: str, sql: str) -> str:
    """Return a stored literal of an SQL type as an SQL expression: a number bare, anything else quoted."""
    if _NUMERIC.fullmatch(sql) and _NUMBER.fullmatch(value):
        return value
    return literal(value)
