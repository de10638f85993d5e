"""Makes a new lake in a DuckDB file, whole or not at all."""

import os
import re
from contextlib import suppress
from pathlib import Path

import duckdb
import msgspec

from dt_config.config import Connection
from dt_contract.errors import LakeError
from dt_lake.attach import attach
from dt_lake.sql import name


def create_file(connection: duckdb.DuckDBPyConnection, settings: Connection) -> None:
    """Makes the lake in a file beside its place and links it there: no process ever sees half a lake.

    Leaves it to the caller to attach it. When another process was quicker, its lake stays. Raises LakeError.
    """
    target = Path(settings.duckdb_metadata_path).absolute()
    if target.is_symlink():
        target = target.resolve()
    try:
        if not target.parent.is_dir():
            raise LakeError("the folder of the lake does not exist", place=str(target.parent))
        _remove_stale(target)
        _make(connection, settings, target)
    except OSError as error:
        raise LakeError(f"can't be made: {error.strerror}", place=str(target)) from None


def _make(connection: duckdb.DuckDBPyConnection, settings: Connection, target: Path) -> None:
    making = target.with_name(f".{target.name}.{os.getpid()}.making")
    data_path = settings.data_path or f"{target}.files/"
    draft = msgspec.structs.replace(settings, duckdb_metadata_path=str(making), data_path=data_path)
    try:
        attach(connection, draft, read_only=False, create=True)
        connection.execute(f"DETACH {name(settings.catalog_name)}")
        _link(making, target)
    finally:
        for file in (making, making.with_name(f"{making.name}.wal")):
            file.unlink(missing_ok=True)


def _link(making: Path, target: Path) -> None:
    """A link never replaces a file, as a rename would."""
    with suppress(FileExistsError):
        os.link(making, target)


def _remove_stale(target: Path) -> None:
    """Removes what a killed process left."""
    pattern = re.compile(rf"\.{re.escape(target.name)}\.(\d+)\.making(\.wal)?")
    for file in target.parent.iterdir():
        process = pattern.fullmatch(file.name)
        if process and not _runs(int(process[1])):
            file.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True
