"""Options of a lake, a schema or a table as statements (docs/ducklake-facts.md#stored-options)."""

from collections.abc import Mapping

from dt_diff.sql.names import literal

_BYTES = frozenset(("target_file_size", "parquet_row_group_size_bytes"))
"""DuckLake stores a number of bytes, and takes it with a unit only."""
_UNITS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB"))


def set_option(key: str, value: str, *owner: str) -> str:
    """Return the call that sets an option of the lake, of a schema, or of a table, as schema and name."""
    scopes = zip(("schema", "table_name"), owner, strict=False)
    scope = "".join(f", {kind} => {literal(name)}" for kind, name in scopes)
    return f"CALL set_option({literal(key)}, {_value(key, value)}{scope})"


def changed_options(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Return the options to set, by name."""
    return {key: value for key, value in sorted(after.items()) if before.get(key) != value}


def _value(key: str, value: str) -> str:
    """Return the stored value of an option as DuckLake takes it: it stores `V2` for 2, and takes no text for a flag."""
    if value in ("true", "false"):
        return value
    return literal(value.removeprefix("V") if key == "parquet_version" else _with_unit(key, value))


def _with_unit(key: str, value: str) -> str:
    if key not in _BYTES or not value.isdecimal():
        return value
    number = int(value)
    return next((f"{number // size}{unit}" for size, unit in _UNITS if number and number % size == 0), f"{value}B")
