"""Changes one setting in a TOML file, and nothing else in it."""

from typing import TYPE_CHECKING

from dt_config import tomlfile
from dt_config.keys import Key, SettingValue, key_named
from dt_config.resolve import no_file
from dt_config.value import WrongValue, from_text
from dt_contract.errors import InputError
from dt_contract.files import replace_file

if TYPE_CHECKING:
    from tomlkit.items import Table


def set_setting(config: str | None, name: str, text: str) -> None:
    """Set a key in the given file, or in `ducktracker.toml` here; paths are written as they are given.

    Raises InputError when there is no such key or file, or the value is not what the key takes.
    """
    key = key_named(name)
    path = tomlfile.find(config)
    if path is None:
        raise no_file()
    try:
        value = from_text(key, text)
    except WrongValue as error:
        raise InputError(str(error)) from None
    before = tomlfile.read(path)
    _require_table(before, path, key)
    after = edited(before, key, value)
    if after != before:
        _replace(path, after)


def edited(text: str, key: Key, value: SettingValue) -> str:
    """Return the TOML text with the key set; comments, layout, line ends and a byte order mark stay."""
    only_crlf = "\r\n" in text and text.count("\n") == text.count("\r\n")
    body = text.removeprefix("\ufeff")
    result = _edited(body.replace("\r\n", "\n") if only_crlf else body, key, value)
    return text[: len(text) - len(body)] + (result.replace("\n", "\r\n") if only_crlf else result)


def _edited(text: str, key: Key, value: SettingValue) -> str:
    import tomlkit

    document = tomlkit.parse(text)
    if key.section not in document:
        if text and not text.endswith("\n"):
            document.add(tomlkit.nl())
        document.add(key.section, tomlkit.table())
    table = document[key.section]
    item = list(value) if isinstance(value, tuple) else value
    if isinstance(table, tomlkit.items.Table) and key.field not in table:
        _append(table, key.field, item)
    else:
        table[key.field] = item
    return tomlkit.dumps(document)


def _append(table: "Table", field: str, item: object) -> None:
    """Add a key after the last one. What follows a blank line there mostly belongs to the next section."""
    body = table.value.body
    end = next((at + 1 for at in reversed(range(len(body))) if body[at][0] is not None), 0)
    blank = next((at for at in range(end, len(body)) if not body[at][1].as_string().strip()), len(body))
    tail = body[blank:]
    del body[blank:]
    table.append(field, item)
    body.extend(tail)


def _require_table(text: str, path: str, key: Key) -> None:
    section = tomlfile.parse(text, path).get(key.section, {})
    if not isinstance(section, dict):
        raise InputError(f"`{key.section}` must be a table", place=path)


def _replace(path: str, text: str) -> None:
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror}", place=path) from None
