"""Resolves the settings for everybody: a file, the environment and flags in, one `Config` out."""

import os
from collections.abc import Mapping

import msgspec

from dt_config.branches import VARIABLE, on_branch
from dt_config.config import Config, Connection
from dt_config.dsn import secrets
from dt_config.flags import Flags, flag_of
from dt_config.keys import KEYS
from dt_config.layers import Layers, read_layers
from dt_contract.errors import InputError
from dt_contract.redaction import conceal


def resolve(
    flags: Flags = Flags(),  # noqa: B008 (immutable)
    *,
    environ: Mapping[str, str] | None = None,
    required: bool = True,
    reaches_lake: bool = True,
) -> Config:
    """Return the settings; registers their secrets with `dt_contract.redaction`. Raises InputError.

    `required`: that nothing says which lake is an error. `reaches_lake`: the connection must be complete; without it,
    a setting of `migrations` is enough to do without a file. A branch that is named points the connection at it.
    """
    environ = os.environ if environ is None else environ
    layers = resolve_layers(flags, environ=environ)
    if required:
        _require(layers, ("connection",) if reaches_lake else ("connection", "migrations"))
    config = _config(layers)
    if reaches_lake:
        _require_connection(config.connection, environ)
        _require_file(config.connection)
        _require_data_path(config.connection)
        _refuse_schema(config.connection)
        name = flags.branch or environ.get(VARIABLE)
        if name:
            _require_no_other_lake(flags, name)
            return on_branch(config, name)
    return config


def _require_no_other_lake(flags: Flags, branch: str) -> None:
    """A branch is one of the project's lake, wherever file and environment say that this is."""
    for key in ("connection.duckdb_metadata_path", "connection.postgres_connection"):
        if key in flags.values:
            which = "-b/--branch" if flags.branch else f"{VARIABLE}={branch}"
            raise InputError(f"argument {flag_of(key)}: not allowed with {which}")


def resolve_layers(flags: Flags, *, environ: Mapping[str, str] | None = None) -> Layers:
    """Return every setting with its origin, however incomplete together; registers their secrets. Raises InputError."""
    environ = os.environ if environ is None else environ
    conceal(environ.get("PGPASSWORD", ""))
    layers = read_layers(flags.config, flags.values, environ)
    for key, setting in zip(KEYS, layers.settings, strict=True):
        if key.about.secret and setting.value and isinstance(setting.value, str):
            _conceal_all(setting.value)
    return layers


def _conceal_all(dsn: str) -> None:
    for secret in secrets(dsn):
        conceal(secret.text)
        conceal(dsn[secret.start : secret.end])


def _config(layers: Layers) -> Config:
    sections: dict[str, dict[str, object]] = {}
    for setting in layers.settings:
        section, _, field = setting.key.partition(".")
        sections.setdefault(section, {})[field] = setting.value
    return msgspec.convert(sections | {"path": layers.path}, Config)


def _require(layers: Layers, sections: tuple[str, ...]) -> None:
    given = any(
        setting.origin in ("env", "flag") and setting.key.partition(".")[0] in sections for setting in layers.settings
    )
    if layers.path is None and not given:
        raise no_file()


def no_file() -> InputError:
    """Return the error for a folder without a settings file."""
    return InputError(
        "no ducktracker.toml here or in a folder above, and no setting in the environment or flags",
        hint="run `ducktracker init` to create one, or pass `-c FILE`",
    )


def _require_file(connection: Connection) -> None:
    if connection.is_file and not connection.file:
        key = "sqlite_path" if connection.catalog_backend == "sqlite" else "duckdb_metadata_path"
        raise InputError(f"`connection.{key}` is empty", hint="set it to the file that the lake's catalog is in")


def _require_data_path(connection: Connection) -> None:
    if connection.override_data_path and not connection.data_path:
        raise InputError(
            "`connection.override_data_path` is set, and `connection.data_path` isn't",
            hint="set connection.data_path to the folder that the lake's data was moved to",
        )


def _refuse_schema(connection: Connection) -> None:
    if connection.catalog_backend == "sqlite" and connection.metadata_schema:
        raise InputError(
            "`connection.metadata_schema` is set, and SQLite has no schemas", hint="remove connection.metadata_schema"
        )


def _require_connection(connection: Connection, environ: Mapping[str, str]) -> None:
    if connection.catalog_backend != "postgres" or connection.postgres_connection or connection.secret_name:
        return
    if any(name.startswith("PG") and value for name, value in environ.items()):
        return
    raise InputError(
        "the postgres backend needs `connection.postgres_connection` or `connection.secret_name`",
        hint="set one of them, or libpq's own variables such as PGHOST, PGDATABASE or PGSERVICE",
    )
