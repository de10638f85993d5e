"""A lake of one's own for a moment: in a temporary folder, gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from dt_config.config import Config, Connection
from dt_lake.temporary_folder import temporary_folder


@contextmanager
def throwaway(config: Config) -> Iterator[Config]:
    """Return the configuration of a lake that doesn't exist yet, with the catalog and schema names of the real one."""
    with temporary_folder() as folder:
        yield throwaway_in(folder, config)


def throwaway_in(folder: Path, config: Config) -> Config:
    """Return that of a lake in this folder."""
    real = config.connection
    connection = Connection(
        catalog_name=real.catalog_name,
        duckdb_metadata_path=str(folder / "lake.db"),
        data_path=str(folder / "data"),
        extensions_path=real.extensions_path,
        secret_directory=real.secret_directory,
    )
    return replace(config, connection=connection)
