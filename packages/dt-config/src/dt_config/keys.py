"""The keys of all settings, read off their declarations."""

from collections.abc import Iterable
from typing import Annotated, Literal, get_args, get_origin

import msgspec

from dt_config.config import About, Config
from dt_contract.errors import InputError

Kind = Literal["string", "boolean", "list"]
_LONGEST = 100
"""A longer name is not compared with ours, and is cut in messages."""
SettingValue = str | bool | tuple[str, ...]


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A setting such as `connection.catalog_name`. `choices` is empty where any string will do."""

    section: str
    field: str
    kind: Kind
    choices: tuple[str, ...]
    default: SettingValue
    about: About

    @property
    def name(self) -> str:
        """The key as it is written in messages and documents."""
        return f"{self.section}.{self.field}"

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"DUCKTRACKER_{self.field.upper()}"


def key_named(name: str) -> Key:
    """Return the key called `name`; raises InputError that suggests the nearest one."""
    for key in KEYS:
        if key.name == name:
            return key
    raise unknown(name)


def unknown(name: str, *, place: str | None = None) -> InputError:
    """Return the error for a setting that does not exist."""
    return _no_such("setting", name, _near_keys(name), place)


def unknown_section(name: str, *, place: str | None = None) -> InputError:
    """Return the error for a section, or a key outside of all sections, that does not exist."""
    return _no_such("section", name, _near(name, SECTIONS) or _near_keys(name), place)


def _no_such(what: str, name: str, near: list[str], place: str | None) -> InputError:
    suggestion = f"; did you mean `{near[0]}`?" if near else ""
    hint = None if near else "`dt-config` lists every setting"
    shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
    return InputError(f"there is no {what} `{shown}`{suggestion}", place=place, hint=hint)


def _near_keys(name: str) -> list[str]:
    field = name.rpartition(".")[2]
    same = [key.name for key in KEYS if key.field == field]
    by_field = {key.field: key.name for key in KEYS}
    return same or _near(name, [key.name for key in KEYS]) or [by_field[near] for near in _near(field, by_field)]


def _near(name: str, names: Iterable[str]) -> list[str]:
    if len(name) > _LONGEST:
        return []
    import difflib

    return difflib.get_close_matches(name, list(names), n=1)


def _keys(section: str, struct: type[msgspec.Struct]) -> Iterable[Key]:
    for field in msgspec.structs.fields(struct):
        hint, about = field.type, About()
        if get_origin(hint) is Annotated:
            hint, about = get_args(hint)
        choices = get_args(hint) if get_origin(hint) is Literal else ()
        kind: Kind = "boolean" if hint is bool else "list" if get_origin(hint) is tuple else "string"
        yield Key(section=section, field=field.name, kind=kind, choices=choices, default=field.default, about=about)


_SECTIONS = [
    field
    for field in msgspec.structs.fields(Config)
    if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct)
]
SECTIONS: tuple[str, ...] = tuple(field.name for field in _SECTIONS)
KEYS: tuple[Key, ...] = tuple(key for field in _SECTIONS for key in _keys(field.name, field.type))
