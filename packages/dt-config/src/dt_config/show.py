"""The settings as a `config` document."""

from collections.abc import Mapping

import msgspec

from dt_config.dsn import masked
from dt_config.flags import Flags
from dt_config.keys import KEYS, Key
from dt_config.resolve import resolve_layers
from dt_config.value import as_text
from dt_contract.config import ConfigDocument, Setting
from dt_contract.redaction import redact


def resolve_document(
    flags: Flags = Flags(),  # noqa: B008 (immutable)
    *,
    environ: Mapping[str, str] | None = None,
    reveal: bool = False,
) -> ConfigDocument:
    """Return every setting with its origin, secrets masked unless `reveal`. It needs no file."""
    layers = resolve_layers(flags, environ=environ)
    settings = zip(KEYS, layers.settings, strict=True)
    return ConfigDocument(
        path=layers.path,
        settings=tuple(setting if reveal else _masked(key, setting) for key, setting in settings),
    )


def _masked(key: Key, setting: Setting) -> Setting:
    if key.about.secret and isinstance(setting.value, str):
        return msgspec.structs.replace(setting, value=redact(masked(setting.value)))
    return setting


def value_text(document: ConfigDocument, key: Key) -> str:
    """Return the bare value of a key; a list is comma-separated."""
    (value,) = (setting.value for setting in document.settings if setting.key == key.name)
    return "" if value is None else as_text(value)
