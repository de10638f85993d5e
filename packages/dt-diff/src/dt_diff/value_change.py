"""Whether a change of a column's type changes its values, by the types as DuckDB writes them."""

import re

_BITS = {
    "TINYINT": 7,
    "UTINYINT": 8,
    "SMALLINT": 15,
    "USMALLINT": 16,
    "INTEGER": 31,
    "UINTEGER": 32,
    "BIGINT": 63,
    "UBIGINT": 64,
    "HUGEINT": 127,
    "UHUGEINT": 128,
}
"""How many bits the largest value of an integer type has."""
_FLOATS = {"FLOAT": (24, 7), "DOUBLE": (53, 15)}
"""Up to how many bits, and decimal digits, a whole number is kept as it is (IEEE 754)."""
_ZONED = "TIMESTAMP WITH TIME ZONE"
_INSTANTS = {"DATE": 0, "TIMESTAMP_S": 1, "TIMESTAMP_MS": 2, "TIMESTAMP": 3, "TIMESTAMP_NS": 4}
"""The types of a time without a zone, by their precision."""
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def value_change(before: str, after: str) -> str | None:
    """Return the code of the lint rule (dt_contract.hazards) for what happens to values, None if they stay the same.

    Of a nested type, ask for each of its fields. A conversion that fails for what it can't keep changes no value.
    """
    if _ZONED in (before, after):
        other = after if before == _ZONED else before
        return "DL202" if other in _INSTANTS else None
    if before in _INSTANTS and after in _INSTANTS:
        return "DL203" if _INSTANTS[after] < _INSTANTS[before] else None
    if after in _FLOATS:
        return _to_float(before, *_FLOATS[after])
    if before in _FLOATS:
        return "DL201" if after in _BITS or _DECIMAL.fullmatch(after) else None
    scale = _scale(before)
    return "DL203" if scale and (after in _BITS or _scale(after, scale) < scale) else None


def _to_float(before: str, bits: int, digits: int) -> str | None:
    if before in _FLOATS:
        return {24: "DL203", 53: "DL201"}[_FLOATS[before][0]] if _FLOATS[before][0] != bits else None
    if decimal := _DECIMAL.fullmatch(before):
        return "DL201" if int(decimal[2]) or int(decimal[1]) > digits else None
    return "DL201" if _BITS.get(before, 0) > bits else None


def _scale(kind: str, default: int = 0) -> int:
    """How many decimal places a type keeps; `default` of one that is no DECIMAL."""
    decimal = _DECIMAL.fullmatch(kind)
    return int(decimal[2]) if decimal else default
