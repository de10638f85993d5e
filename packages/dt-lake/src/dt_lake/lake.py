"""An attached lake, and how to open one."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import duckdb
import msgspec

from dt_config.branches import IN_CATALOG
from dt_config.config import Backend, Config, Connection
from dt_contract.errors import InputError, LakeError
from dt_lake.attach import Attached, LakeJustMade, LakeMissing, attach, check_file, check_name, load_backend, place
from dt_lake.confined import confine
from dt_lake.create import create_file
from dt_lake.data_path import elsewhere
from dt_lake.engine import engine
from dt_lake.errors import all_translated, translated
from dt_lake.extensions import load_extension
from dt_lake.mark import Mark
from dt_lake.sql import literal, name
from dt_lake.sqlite import typed
from dt_lake.tested import warn_if_untested

_ATTEMPTS = 5
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "python_enable_replacements": False,
    # After an internal error DuckDB would refuse even ROLLBACK, and end the process when the connection is closed.
    "disable_database_invalidation": True,
}


class Lake(msgspec.Struct, frozen=True):
    """An attached lake. `connection` is a DuckDB connection whose current schema is not set.

    `data_path` is where its data is, "" if only DuckLake knows; `branch` the mark of a branch; `backend` what its
    catalog is in.
    """

    connection: duckdb.DuckDBPyConnection
    config: Config
    data_path: str = ""
    branch: Mark | None = None
    backend: Backend = "duckdb"

    @property
    def catalog(self) -> str:
        """The name under which the lake is attached."""
        return self.config.connection.catalog_name

    def metadata(self, table: str) -> str:
        """Return what stands after FROM to read one of DuckLake's metadata tables, such as `ducklake_table`."""
        schema = self.config.connection.metadata_schema
        quoted = name(f"__ducklake_metadata_{self.catalog}", *([schema] if schema else []), table)
        return typed(table, quoted) if self.backend == "sqlite" else quoted

    @property
    def history_table(self) -> str:
        """The quoted full name of the history table."""
        migrations = self.config.migrations
        return name(self.catalog, migrations.target_schema, migrations.schema_history_table)

    def is_history(self, schema: str, table: str) -> bool:
        """Whether a schema and table name the history table; DuckDB takes names in any case of their letters."""
        migrations = self.config.migrations
        ours = (migrations.target_schema.lower(), migrations.schema_history_table.lower())
        return (schema.lower(), table.lower()) == ours

    @property
    def data_folder(self) -> str:
        """Where its data is, with a slash at the end; DuckLake is asked if that isn't known."""
        path = self.data_path
        if not path:
            query = f"SELECT data_path FROM system.main.ducklake_settings({literal(self.catalog)})"
            row = self.connection.execute(query).fetchone()
            path = str(row[0]) if row else ""
        return f"{path.rstrip('/')}/"

    @property
    def elsewhere(self) -> str | None:
        """The words for data that is not beside the file of its catalog, or None."""
        return elsewhere(self.config.connection, self.data_path) if self.data_path else None


@contextmanager
def open_lake(config: Config, *, write: bool = False, create: bool = False) -> Iterator[Lake]:
    """Attach the lake of a configuration in a DuckDB of its own, and close that; raises what the two steps do.

    Unless `write`, that DuckDB is confined to the lake, and whatever it can't read is a LakeError: only our own SQL
    runs there, on a catalog that anybody may have made.
    """
    settings = config.connection
    _check_settings(settings, write=write)
    if not create:
        check_file(settings)
    faults = translated if write else all_translated
    with faults(place(settings)), closing(connect(config, write=write)) as connection:
        lake = attach_lake(connection, config, write=write, create=create)
        if not write:
            confine(connection, [lake.data_folder, *(lake.branch.shared if lake.branch else ())])
        yield lake


def connect(config: Config, *, write: bool = False) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection with the extensions that the lake needs, and the lake not yet attached.

    Raises InputError when `write` and the configuration is read-only, and LakeError.
    """
    settings = config.connection
    _check_settings(settings, write=write)
    connection = engine(duckdb.connect(config=_CONFIG), settings)
    try:
        if settings.secret_directory:
            connection.execute("SET secret_directory = ?", [settings.secret_directory])
        bundled = load_extension(connection, "ducklake", settings.extensions_path)
        warn_if_untested(connection, bundled=bundled)
        load_backend(connection, settings)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_settings(settings: Connection, *, write: bool) -> None:
    if write and settings.read_only:
        raise InputError(
            "connection.read_only is set, and this command needs a lake that it may write to",
            hint="`dt-config` says where it is set",
        )
    check_name(settings)


def attach_lake(
    connection: duckdb.DuckDBPyConnection,
    config: Config,
    *,
    write: bool = False,
    create: bool = False,
) -> Lake:
    """Attach the lake of a configuration, READ_ONLY unless `write`; make it when `create` and there is none.

    A branch in the catalog of its lake is never made so.

    Raises LakeMissing, after which another try may make it, LakeLocked, after which another try may succeed, or
    another LakeError.
    """
    settings = config.connection
    create = create and not settings.metadata_schema.startswith(IN_CATALOG)
    if create and not settings.is_file:
        return Lake(connection, config, *_create_anywhere(connection, settings))
    try:
        data = attach(connection, settings, read_only=not write, create=False)
    except LakeMissing:
        if not create:
            raise
        create_file(connection, settings)
        data = attach(connection, settings, read_only=False, create=False)
    return Lake(connection, config, *data)


def _create_anywhere(connection: duckdb.DuckDBPyConnection, settings: Connection) -> Attached:
    """Of the processes that make the same new lake in PostgreSQL one wins; the others find it made."""
    for _ in range(_ATTEMPTS - 1):
        with suppress(LakeJustMade):
            return attach(connection, settings, read_only=False, create=True)
    return attach(connection, settings, read_only=False, create=True)


def engines() -> str:
    """Return the versions of DuckDB and of the DuckLake extension, for --version."""
    query = "SELECT extension_version FROM duckdb_extensions() WHERE extension_name = 'ducklake' AND loaded"
    with duckdb.connect() as connection:
        with suppress(LakeError):
            load_extension(connection, "ducklake")
        row = connection.execute(query).fetchone()
    return f"DuckDB {duckdb.__version__}, DuckLake {row[0] if row else 'not found'}"
