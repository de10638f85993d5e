"""Copies the DuckDB file of a catalog, while no other process writes to it."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from dt_config.config import Connection
from dt_contract.errors import LakeError
from dt_lake.attach import LakeLocked, place


def copy_file(settings: Connection, file: str) -> None:
    """Copy it with its log of changes, for this user alone. Raises LakeLocked while another process writes to it.

    The log goes first: to close any descriptor of a file lets go of the locks that this process has on it.
    """
    source = settings.file
    with _locked(settings):
        for suffix in (".wal", ""):
            if os.path.exists(f"{source}{suffix}"):
                os.close(os.open(f"{file}{suffix}", os.O_WRONLY | os.O_CREAT, 0o600))
                shutil.copyfile(f"{source}{suffix}", f"{file}{suffix}")


@contextmanager
def _locked(settings: Connection) -> Iterator[None]:
    """Hold the lock of a reader, as DuckDB does."""
    try:
        descriptor = os.open(settings.file, os.O_RDONLY)
    except OSError as error:
        raise LakeError(f"can't be read: {error.strerror}", place=place(settings)) from None
    try:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EAGAIN):
                hint = "wait for it to end, or stop it"
                raise LakeLocked("another process holds this lake", place=place(settings), hint=hint) from None
        yield
    finally:
        os.close(descriptor)
