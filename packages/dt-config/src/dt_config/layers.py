"""The layers: file, then environment, then flags; a later one wins. Every setting gets its value and origin."""

import os
from collections.abc import Mapping

import msgspec

from dt_config import tomlfile
from dt_config.backends import backend_of_file
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
    """Read the file if there is one, and lay variables and flags (key to text) over it; raises InputError."""
    for name in flags:
        key_named(name)
    path = tomlfile.find(config)
    file = {} if path is None else tomlfile.settings(tomlfile.read(path), path)
    flags = _with_backend(file, environ, flags)
    folder = (
        os.path.dirname(path if os.path.isabs(path) else os.path.abspath(os.path.join(_here(), path)))
        if path
        else _here()
    )
    return Layers(path, _one_place([_setting(key, file, environ, flags, folder) for key in KEYS]))


_LAYERS: tuple[Origin, ...] = ("default", "file", "env", "flag")
_SECRET, _BACKEND = "connection.secret_name", "connection.catalog_backend"
_SCHEMA = "connection.metadata_schema"
_METADATA = "connection.duckdb_metadata_path"
_PLACES = {"duckdb": _METADATA, "postgres": "connection.postgres_connection", "sqlite": "connection.sqlite_path"}


def _with_backend(
    file: Mapping[str, SettingValue], environ: Mapping[str, str], flags: Mapping[str, str]
) -> Mapping[str, str]:
    """Let a flag that says where the lake is say of which kind that is: `--metadata FILE` is never a server's lake.

    The schema of a catalog of the other kind means nothing then.
    """
    before, _ = _topmost(key_named(_BACKEND), file, environ, {})
    if _METADATA in flags:
        flags = _of_its_kind(flags, str(before))
    named = [backend for backend, key in _PLACES.items() if key in flags]
    if _BACKEND in flags or len(named) != 1:
        return flags
    other = {} if before == named[0] else {_SCHEMA: ""}
    return {_BACKEND: named[0], **other, **flags}


def _of_its_kind(flags: Mapping[str, str], before: str) -> Mapping[str, str]:
    """The path of --metadata is that of a SQLite file if one is there, or if there is none and one is meant."""
    path = flags[_METADATA]
    kind = flags.get(_BACKEND) or backend_of_file(_absolute(path, _here())) or before
    if kind != "sqlite":
        return flags
    return {_PLACES[kind]: path, **{key: text for key, text in flags.items() if key != _METADATA}}


def _one_place(settings: list[Setting]) -> tuple[Setting, ...]:
    """Leave out a secret's name where a later layer says itself where the lake is."""
    known = {setting.key: setting for setting in settings}
    place = known[_PLACES[str(known[_BACKEND].value)]]
    if _LAYERS.index(place.origin) <= _LAYERS.index(known[_SECRET].origin):
        return tuple(settings)
    none = Setting(key=_SECRET, value="", origin=place.origin)
    return tuple(none if setting.key == _SECRET and setting.value else setting for setting in settings)


def _setting(
    key: Key, file: Mapping[str, SettingValue], environ: Mapping[str, str], flags: Mapping[str, str], folder: str
) -> Setting:
    value, origin = _topmost(key, file, environ, flags)
    if key.about.path and isinstance(value, str):
        value = _absolute(value, folder if origin in ("default", "file") else _here())
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise InputError(f"`{key.name}` is in a folder whose name is not UTF-8")
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


def _here() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        raise InputError("the current directory was deleted", hint="cd to a folder that is there") from None


def _absolute(path: str, folder: str) -> str:
    if not path or "://" in path:
        return path
    return os.path.abspath(os.path.join(folder, os.path.expanduser(path)))
