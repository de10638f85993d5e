"""Makes a new lake in a DuckDB or SQLite file, whole or not at all."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import msgspec

from dt_config.config import Connection
from dt_contract.errors import LakeError
from dt_lake.attach import attach
from dt_lake.sql import name

_LOGS = (".wal", "-journal", "-wal")
"""What stands after the name of a file for that of its log of changes, in DuckDB and SQLite."""


def create_file(connection: duckdb.DuckDBPyConnection, settings: Connection) -> None:
    """Make the lake in a file beside its place and link it there: no process ever sees half a lake.

    Leaves it to the caller to attach it. When another process was quicker, its lake stays. Raises LakeError.
    """
    with making(settings.file) as (draft, target):
        data_path = settings.data_path or f"{target}.files/"
        own = msgspec.structs.replace(settings.at(draft), data_path=data_path)
        attach(connection, own, read_only=False, create=True)
        connection.execute(f"DETACH {name(settings.catalog_name)}")


@contextmanager
def making(path: str) -> Iterator[tuple[str, str]]:
    """Yield the path of a draft, which takes the place of the file that is meant at the end, and where that is.

    A file that is there by then stays. What a process that was killed left there is removed. Raises LakeError.
    """
    target = Path(path).absolute()
    if target.is_symlink():
        target = target.resolve()
    try:
        if not target.parent.is_dir():
            raise LakeError("the lake's folder does not exist", place=str(target.parent))
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        _remove_stale(target)
        _check_alone(target)
        draft = target.with_name(f".{target.name}.{os.getpid()}.making")
        try:
            yield str(draft), str(target)
            _link(draft, target)
        finally:
            for file in (draft, *(draft.with_name(f"{draft.name}{suffix}") for suffix in _LOGS)):
                file.unlink(missing_ok=True)
    except OSError as error:
        raise LakeError(f"can't be made: {error.strerror}", place=str(target)) from None


def _check_alone(target: Path) -> None:
    """Raise LakeError for the log of a file that was deleted: it would be played back into the new one."""
    for suffix in _LOGS:
        log = target.with_name(f"{target.name}{suffix}")
        if log.exists() and not target.exists():
            raise LakeError(
                "this is the log of a file that is gone, and would be played back into the new one",
                place=str(log),
                hint="remove it, or put back the file that it belongs to",
            )


def _link(draft: Path, target: Path) -> None:
    """A link never replaces a file, as a rename would."""
    with suppress(FileExistsError):
        os.link(draft, target)


def _remove_stale(target: Path) -> None:
    """Remove what a killed process left."""
    logs = "|".join(map(re.escape, _LOGS))
    pattern = re.compile(rf"\.{re.escape(target.name)}\.(\d+)\.making({logs})?")
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
