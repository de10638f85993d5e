"""A lake of one's own for a moment: in a temporary folder, gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from dt_config.config import Config, Connection


@contextmanager
def throwaway(config: Config) -> Iterator[Config]:
    """Gives the configuration of a lake that is still to be made, with the catalog and schema names of the real one."""
    with TemporaryDirectory(prefix="ducktracker-") as folder:
        real = config.connection
        connection = Connection(
            catalog_name=real.catalog_name,
            duckdb_metadata_path=str(Path(folder, "lake.db")),
            data_path=str(Path(folder, "data")),
            extensions_path=real.extensions_path,
            secret_directory=real.secret_directory,
        )
        yield replace(config, connection=connection)
