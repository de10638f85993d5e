"""Values of settings: from text, as in variables and flags, and from TOML."""

from typing import assert_never

from dt_config.backends import no_path, unsupported
from dt_config.dsn import NotReadable, secrets
from dt_config.keys import Key, SettingValue

_FILES = ("duckdb_metadata_path", "sqlite_path")
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_TYPES = {"string": "a string", "boolean": "a boolean", "list": "a list of strings"}
_TOML_TYPES = {str: "a string", bool: "a boolean", int: "an integer", float: "a float", list: "a list", dict: "a table"}


class WrongValue(Exception):
    """Says which key has a value that it can't have, and what it must be. Never holds a secret."""


def from_text(key: Key, text: str) -> SettingValue:
    """Return the value that `text` stands for; a list is comma-separated. Raises WrongValue."""
    match key.kind:
        case "string":
            return _checked(key, text)
        case "boolean":
            return _boolean(key, text)
        case "list":
            return tuple(_checked(key, item.strip()) for item in text.split(",") if item.strip())
        case _:
            assert_never(key.kind)


def from_toml(key: Key, value: object) -> SettingValue:
    """Return the value of a key in a TOML file, which must have the key's very type. Raises WrongValue."""
    match key.kind, value:
        case "string", str():
            return _checked(key, value)
        case "boolean", bool():
            return value
        case "list", list() if all(isinstance(item, str) for item in value):
            return tuple(_checked(key, item) for item in value)
        case _:
            is_mixed = key.kind == "list" and isinstance(value, list)
            given = "a list of other values" if is_mixed else _TOML_TYPES.get(type(value), "a date or time")
            raise WrongValue(f"`{key.name}` must be {expected(key)}, not {given}")


def expected(key: Key) -> str:
    """Say what the key takes, such as `a string`."""
    return f"one of {', '.join(key.choices)}" if key.choices else _TYPES[key.kind]


def as_text(value: SettingValue) -> str:
    """Return the text that stands for the value in a variable or flag."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case tuple():
            return ",".join(value)
        case _:
            assert_never(value)


def _boolean(key: Key, text: str) -> bool:
    try:
        return _BOOLEANS[text.strip().lower()]
    except KeyError:
        raise WrongValue(f"`{key.name}` must be one of {', '.join(_BOOLEANS)}, not `{text}`") from None


def _checked(key: Key, text: str) -> str:
    if key.choices and text not in key.choices:
        reason = unsupported(text) if key.field == "catalog_backend" else None
        raise WrongValue(f"`{key.name}` must be {expected(key)}, not `{text}`{f': {reason}' if reason else ''}")
    if key.about.filled and not text.strip():
        raise WrongValue(f"`{key.name}` must not be empty")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise WrongValue(f"`{key.name}` must be UTF-8")
    if "\0" in text:
        raise WrongValue(f"`{key.name}` must not hold a NUL character")
    if key.about.secret:
        _check_connection(key, text)
    if key.field in _FILES and (reason := no_path(text)):
        raise WrongValue(reason)
    return text


def _check_connection(key: Key, text: str) -> None:
    try:
        secrets(text)
    except NotReadable as error:
        raise WrongValue(f"`{key.name}` {error}") from None
