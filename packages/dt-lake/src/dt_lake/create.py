"""Makes a new lake in a DuckDB file, whole or not at all."""

import os
from pathlib import Path

import duckdb
import msgspec

from dt_config.config import Connection
from dt_contract.errors import LakeError
from dt_lake.attach import attach
from dt_lake.sql import name


def create_file(connection: duckdb.DuckDBPyConnection, settings: Connection) -> None:
    """Makes the lake in a file beside its place and links it there: no process ever sees half a lake.

    Closes `connection`. When another process was quicker, its lake stays.
    """
    target = Path(settings.duckdb_metadata_path)
    making = target.with_name(f".{target.name}.{os.getpid()}.making")
    data_path = settings.data_path or f"{target}.files/"
    try:
        if not target.parent.is_dir():
            raise LakeError("the folder of the lake does not exist", place=str(target.parent))
        draft = msgspec.structs.replace(settings, duckdb_metadata_path=str(making), data_path=data_path)
        attach(connection, draft, read_only=False, create=True)
        connection.execute(f"DETACH {name(settings.catalog_name)}")
    finally:
        connection.close()
    _link(making, target)


def _link(making: Path, target: Path) -> None:
    try:
        os.link(making, target)
    except FileExistsError:
        pass
    finally:
        making.unlink()
