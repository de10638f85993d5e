"""Which branch a command is pointed at, and where a project has its branches."""

import os
import re

from msgspec.structs import replace

from dt_config.backends import backend_of_file
from dt_config.config import Config, Connection
from dt_contract.errors import InputError

VARIABLE = "DUCKTRACKER_BRANCH"
IN_CATALOG = "ducktracker_branch_"
"""How the schemas begin that hold branches beside the lake's own metadata in PostgreSQL."""
_FOLDER = os.path.join(".ducktracker", "branches")
_CATALOG = "lake.ducklake"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)


def check_name(name: str) -> None:
    """Raise InputError for a name that no branch can have: it is one of a folder and of a schema."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"not a name for a branch: {name!r}", hint="up to 40 letters, digits and . _ -, the first no sign"
        )


def folder(config: Config, name: str = "") -> str:
    """Return the folder of a branch beside the project, or the one of all; it need not be there."""
    project = os.path.dirname(os.path.abspath(config.path)) if config.path else os.getcwd()
    return os.path.join(project, _FOLDER, *([name] if name else []))


def catalog_file(config: Config, name: str) -> str:
    """Return the DuckDB or SQLite file of a branch beside the project; it need not be there."""
    return os.path.join(folder(config, name), _CATALOG)


def on_branch(config: Config, name: str) -> Config:
    """Return the configuration pointed at a branch; its `source` is what it was pointed at. Raises InputError.

    Whether there is a branch in a PostgreSQL catalog is known once that is attached.
    """
    check_name(name)
    settings = config.connection
    file = catalog_file(config, name)
    if os.path.isfile(file):
        connection = on_file(settings, file)
    elif settings.catalog_backend == "postgres":
        connection = replace(settings, metadata_schema=f"{IN_CATALOG}{name}", data_path="", override_data_path=False)
    else:
        raise no_branch(name)
    return replace(config, connection=connection, branch=name, source=settings)


def on_file(settings: Connection, file: str) -> Connection:
    """Return the connection to a branch in a DuckDB or SQLite file, under the lake's own name."""
    return Connection(
        catalog_name=settings.catalog_name,
        catalog_backend=backend_of_file(file) or "duckdb",
        read_only=settings.read_only,
        secret_directory=settings.secret_directory,
        extensions_path=settings.extensions_path,
    ).at(file)


def no_branch(name: str) -> InputError:
    """Return the error for a branch that is not there."""
    return InputError(f"there is no branch {name}", hint="ducktracker branch list")
