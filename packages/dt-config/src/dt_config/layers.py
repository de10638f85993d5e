"""The layers: file, then environment, then flags; a later one wins. Every setting gets its value and origin."""

import os
from collections.abc import Mapping

import msgspec

from dt_config import tomlfile
from dt_config.flags import flag_of
from dt_config.keys import KEYS, Key, SettingValue, key_named
from dt_config.value import WrongValue, from_text
from dt_contract.config import Origin, Setting
from dt_contract.errors import InputError


class Layers(msgspec.Struct, frozen=True):
    """Every setting in the order of declaration, and the file that was read, as it was given."""

    path: str | None
    settings: tuple[Setting, ...]


def read_layers(config: str | None, flags: Mapping[str, str], environ: Mapping[str, str]) -> Layers:
    """Reads the file if there is one, and lays variables and flags (key to text) over it; raises InputError."""
    for name in flags:
        key_named(name)
    path = tomlfile.find(config)
    file = {} if path is None else tomlfile.settings(tomlfile.read(path), path)
    folder = os.path.dirname(os.path.abspath(path)) if path else os.getcwd()
    return Layers(path, tuple(_setting(key, file, environ, flags, folder) for key in KEYS))


def _setting(
    key: Key, file: Mapping[str, SettingValue], environ: Mapping[str, str], flags: Mapping[str, str], folder: str
) -> Setting:
    value, origin = _topmost(key, file, environ, flags)
    if key.about.path and isinstance(value, str):
        value = _absolute(value, folder if origin in ("default", "file") else os.getcwd())
    return Setting(key=key.name, value=value, origin=origin)


def _topmost(
    key: Key, file: Mapping[str, SettingValue], environ: Mapping[str, str], flags: Mapping[str, str]
) -> tuple[SettingValue, Origin]:
    if key.name in flags:
        return _read(key, flags[key.name], place=flag_of(key.name) or key.name), "flag"
    for variable in (key.variable, key.about.older_variable):
        # An empty variable counts as unset: CI systems make one of every secret that a job may not see.
        if environ.get(variable):
            return _read(key, environ[variable], place=variable), "env"
    if key.name in file:
        return file[key.name], "file"
    return key.default, "default"


def _read(key: Key, text: str, *, place: str) -> SettingValue:
    try:
        return from_text(key, text)
    except WrongValue as error:
        raise InputError(str(error), place=place) from None


def _absolute(path: str, folder: str) -> str:
    if not path or "://" in path:
        return path
    return os.path.abspath(os.path.join(folder, os.path.expanduser(path)))
