"""Which type DuckLake lets ALTER … TYPE turn into which (docs/ducklake-facts.md#wider-types)."""

import re

_DIGITS = {
    "TINYINT": 3,
    "SMALLINT": 5,
    "INTEGER": 10,
    "BIGINT": 19,
    "HUGEINT": 39,
    "UTINYINT": 3,
    "USMALLINT": 5,
    "UINTEGER": 10,
    "UBIGINT": 20,
    "UHUGEINT": 39,
}
"""How many decimal digits the largest value of an integer type has."""
_SIGNED = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_UNSIGNED = ("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT")
_FLOATS = ("FLOAT", "DOUBLE")
_ZONED = "TIMESTAMP WITH TIME ZONE"
_TIMES = {
    "DATE": frozenset(("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP", "TIMESTAMP_NS", _ZONED)),
    "TIMESTAMP_S": frozenset(("TIMESTAMP_MS", "TIMESTAMP", "TIMESTAMP_NS")),
    "TIMESTAMP_MS": frozenset(("TIMESTAMP", "TIMESTAMP_NS")),
    "TIMESTAMP": frozenset(("TIMESTAMP_NS", _ZONED)),
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def widens(before: str, after: str) -> bool:
    """Whether ALTER … TYPE takes the second of two types without children; of a few that it takes, it says no."""
    if before in _DIGITS:
        return after in _FLOATS or _holds(after, _DIGITS[before], 0) or _is_wider(before, after)
    if decimal := _DECIMAL.fullmatch(before):
        scale = int(decimal[2])
        return after in _FLOATS or _holds(after, int(decimal[1]) - scale, scale)
    return (before, after) == _FLOATS or after in _TIMES.get(before, ())


def _is_wider(before: str, after: str) -> bool:
    if before in _SIGNED:
        return after in _SIGNED[_SIGNED.index(before) + 1 :]
    place = _UNSIGNED.index(before)
    return after in _UNSIGNED[place + 1 :] or after in _SIGNED[place + 1 :]


def _holds(kind: str, digits: int, scale: int) -> bool:
    """Whether a type is a DECIMAL of at least so many digits before and after the point."""
    decimal = _DECIMAL.fullmatch(kind)
    return decimal is not None and int(decimal[2]) >= scale and int(decimal[1]) - int(decimal[2]) >= digits
