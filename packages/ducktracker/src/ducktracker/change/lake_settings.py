"""The settings of a lake that is known by flags and environment, as a ducktracker.toml."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from dt_config.config import Config
from dt_config.dsn import secrets
from dt_config.edit import edited
from dt_config.flags import Flags, flag_of
from dt_config.keys import SettingValue, key_named
from dt_config.layers import Layers
from dt_config.resolve import resolve, resolve_layers
from dt_contract.errors import InputError

_PLACES = ("duckdb_metadata_path", "sqlite_path", "postgres_connection", "data_path")
"""What a template says of a lake that is made by its project."""
_LEFT = ("migrations.directory",)


class LakeSettings:
    """The configuration of a lake that has no project, and the settings that say so. Raises InputError."""

    def __init__(self, flags: Mapping[str, str]) -> None:
        # A file here or above is another lake's; this lake is known by flags and environment alone.
        given = Flags(config=os.devnull, values=flags)
        self._layers: Layers = resolve_layers(given)
        if not any(setting.origin != "default" for setting in self._layers.settings):
            raise InputError(
                "argument --from-lake: nothing says which lake",
                hint="ducktracker init --from-lake --metadata FILE, or --connection STRING",
            )
        self.config: Config = resolve(given, required=False)

    def written(self, template: str, folder: Path) -> str:
        """Return the template's text with the settings. Raise InputError for a password in a flag."""
        text = re.sub(rf"^(?=({'|'.join(_PLACES)}) = )", "# ", template, flags=re.MULTILINE)
        for key, value in self._given(folder).items():
            text = edited(text, key_named(key), value)
        return text

    def _given(self, folder: Path) -> dict[str, SettingValue]:
        given: dict[str, SettingValue] = {}
        for setting in self._layers.settings:
            key = key_named(setting.key)
            if setting.origin == "default" or setting.key in _LEFT or isinstance(setting.value, list):
                continue
            if setting.value == "":
                continue  # --metadata clears the schema, which only a lake in PostgreSQL has.
            value = setting.value
            assert value is not None
            if key.about.secret and isinstance(value, str) and list(secrets(value)):
                if setting.origin == "flag":
                    raise InputError(
                        f"argument {flag_of(setting.key)}: its password would be written to ducktracker.toml",
                        hint="leave it to PGPASSWORD, ~/.pgpass or a DuckDB secret",
                    )
                continue
            given[setting.key] = _beside(value, folder) if key.about.path and isinstance(value, str) else value
        return given


def _beside(path: str, folder: Path) -> str:
    """A path within the project's folder as one relative to that."""
    whole = Path(os.path.abspath(folder))
    return str(Path(path).relative_to(whole)) if path and Path(path).is_relative_to(whole) else path
