"""SQL types as DuckDB writes them, from the type names that DuckLake stores."""

from collections.abc import Iterable, Set

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
_BARE = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "HUGEINT", "UHUGEINT")


def sql_type(stored: str) -> str:
    """Gives the SQL type of a type without children, `INTEGER` for `int32`."""
    return _PLAIN.get(stored) or stored.upper()


def nested_type(stored: str, children: Iterable[tuple[str, str]], keywords: Set[str]) -> str:
    """Gives the SQL type of a `struct`, `list` or `map` from the names and SQL types of its children."""
    fields = list(children)
    match stored:
        case "list":
            return f"{fields[0][1]}[]"
        case "map":
            return f"MAP({fields[0][1]}, {fields[1][1]})"
        case _:
            return f"STRUCT({', '.join(f'{_field(name, keywords)} {sql}' for name, sql in fields)})"


def _field(name: str, keywords: Set[str]) -> str:
    """DuckDB quotes what is no plain ASCII identifier, and every keyword."""
    plain = name.isascii() and name.isidentifier() and name.lower() not in keywords
    return name if plain else '"' + name.replace('"', '""') + '"'


def literal_default(value: str, sql: str) -> str:
    """Gives a stored literal of an SQL type as an SQL expression: a number bare, anything else quoted."""
    if any(part in sql for part in _BARE) and _is_number(value):
        return value
    return "'" + value.replace("'", "''") + "'"


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return value.lstrip("+-")[:1].isdigit()
