"""The TOML file: finding it, reading it, and what it sets."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from dt_config.keys import KEYS, SECTIONS, Key, SettingValue, unknown, unknown_section
from dt_config.value import WrongValue, from_toml
from dt_contract.errors import InputError

NAME = "ducktracker.toml"
_BOM = "\ufeff"


def find(given: str | None) -> str | None:
    """Return the file to read: the given one, else the nearest `ducktracker.toml` here or in a folder above.

    None if there is none. Raises InputError for one above that belongs to somebody else, as in a shared /tmp: what it
    says would be done with this user's rights.
    """
    if given is not None:
        return given
    if os.path.lexists(NAME):
        return NAME
    with suppress(FileNotFoundError):
        folder, above = os.getcwd(), ""
        while os.path.dirname(folder) != folder:
            folder, above = os.path.dirname(folder), os.path.join(os.pardir, above)
            path = os.path.join(above, NAME)
            if os.path.lexists(path):
                return _ours(path)
    return None


def _ours(path: str) -> str:
    if os.lstat(path).st_uid not in (os.getuid(), 0):
        raise InputError("belongs to another user, and is not in this folder", place=path, hint=f"-c {path} uses it")
    return path


def read(path: str) -> str:
    """Return the file's text, with a byte order mark if it has one; raises InputError."""
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(f"is not UTF-8 (byte 0x{error.object[error.start]:02x})", place=f"{path}:{line}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"can't be read: {reason}", place=path or "--config") from None


def parse(text: str, path: str) -> dict[str, Any]:
    """Return the TOML document in `text`; raises InputError with line and column."""
    import tomllib

    text = text.removeprefix(_BOM)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error), text, path) from None
    except RecursionError:
        raise InputError("is not a settings file: its values nest too deeply", place=path) from None


def settings(text: str, path: str) -> Mapping[str, SettingValue]:
    """Return the value of each key that the TOML text sets; raises InputError for no setting and for a wrong type."""
    return {
        f"{section}.{field}": _value(section, field, value, text, path)
        for section, content in parse(text, path).items()
        for field, value in _table(section, content, text, path).items()
    }


def _table(section: str, content: object, text: str, path: str) -> dict[str, object]:
    if section not in SECTIONS:
        raise unknown_section(section, place=_place(text, path, [section]))
    if not isinstance(content, dict):
        raise InputError(f"`{section}` must be a table", place=_place(text, path, [section]))
    return content


def _value(section: str, field: str, value: object, text: str, path: str) -> SettingValue:
    key = _KEYS.get(f"{section}.{field}")
    if key is None:
        raise unknown(f"{section}.{field}", place=_place(text, path, [section, field]))
    try:
        return from_toml(key, value)
    except WrongValue as error:
        raise InputError(str(error), place=_place(text, path, [section, field])) from None


def _place(text: str, path: str, keys: Sequence[str]) -> str:
    from dt_config.line import line_of

    line = line_of(text.removeprefix(_BOM), keys)
    return path if line is None else f"{path}:{line}"


def _not_toml(message: str, text: str, path: str) -> InputError:
    import re

    reason, at, _ = message.partition(" (at ")
    found = re.search(r"line (\d+), column (\d+)", message)
    lines = text.split("\n")
    line, column = (int(found[1]), int(found[2])) if found else (len(lines), len(lines[-1]) + 1)
    return InputError(f"is not TOML: {reason if at else message} (column {column})", place=f"{path}:{line}")


_KEYS: dict[str, Key] = {key.name: key for key in KEYS}
