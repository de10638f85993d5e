"""The settings: every one is declared here, once, with its type, its default and what is to be known about it.

Their flags are in `dt_config.flags`, apart from msgspec.
"""

from typing import Annotated, Literal

import msgspec

from dt_contract.transactions import Mode

Backend = Literal["duckdb", "postgres", "sqlite"]
FileBackend = Literal["duckdb", "sqlite"]
"""What the database is that holds a lake's catalog; what it can be where that is a file."""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What the type and the default of a setting do not say.

    `path`: a file or folder, resolved against where the setting stands. `secret`: a connection string whose
    password is masked. `filled`: may not be empty. `older_variable`: read where the proper variable is not set.
    """

    path: bool = False
    secret: bool = False
    filled: bool = False
    older_variable: str = ""


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """Which lake, and how to reach it. Paths are absolute once resolved, or empty."""

    catalog_name: Annotated[str, About(filled=True)] = "my_ducklake"
    catalog_backend: Backend = "duckdb"
    duckdb_metadata_path: Annotated[str, About(path=True)] = "ducklake_metadata.db"
    sqlite_path: Annotated[str, About(path=True)] = "ducklake_metadata.sqlite"
    postgres_connection: Annotated[str, About(secret=True)] = ""
    data_path: Annotated[str, About(path=True)] = ""
    override_data_path: bool = False
    read_only: bool = False
    secret_name: str = ""
    secret_directory: Annotated[str, About(path=True)] = ""
    extensions_path: Annotated[str, About(path=True)] = ""
    metadata_schema: str = ""

    @property
    def file(self) -> str:
        """The DuckDB or SQLite file that the catalog is in, if `is_file`."""
        return self.sqlite_path if self.catalog_backend == "sqlite" else self.duckdb_metadata_path

    @property
    def is_file(self) -> bool:
        """Whether the catalog is a file on this machine."""
        return self.catalog_backend != "postgres" and not self.secret_name

    @property
    def has_one_writer(self) -> bool:
        """Whether the catalog is a DuckDB file, which no other process can open while one writes to it."""
        return self.catalog_backend == "duckdb" and not self.secret_name

    def at(self, file: str) -> "Connection":
        """Return the same with another file for the catalog, of the same kind."""
        if self.catalog_backend == "sqlite":
            return msgspec.structs.replace(self, sqlite_path=file)
        return msgspec.structs.replace(self, duckdb_metadata_path=file)


class Migrations(msgspec.Struct, frozen=True, kw_only=True):
    """Where the migration files are, and where what was applied is recorded."""

    directory: Annotated[str, About(path=True, filled=True, older_variable="DUCKTRACKER_MIGRATIONS_DIR")] = "migrations"
    target_schema: Annotated[str, About(filled=True)] = "main"
    schema_history_table: Annotated[str, About(filled=True)] = "ducktracker_schema_history"


class Behavior(msgspec.Struct, frozen=True, kw_only=True):
    """How migrate goes about its work."""

    validate_on_migrate: bool = True
    out_of_order: bool = False
    drift_on_migrate: Literal["warn", "refuse", "ignore"] = "warn"
    transaction: Mode = "auto"
    hazards: Literal["allow", "refuse"] = "allow"


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """What drift leaves out."""

    ignore: tuple[str, ...] = ()


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The resolved settings. `path` is the TOML file that was read, as it was given.

    Pointed at a `branch`, `connection` is the branch's, and `source` that of the lake which it is one of.
    """

    connection: Connection = Connection()
    migrations: Migrations = Migrations()
    behavior: Behavior = Behavior()
    drift: Drift = Drift()
    path: str | None = None
    branch: str = ""
    source: Connection | None = None
