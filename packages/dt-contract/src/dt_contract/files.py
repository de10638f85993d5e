"""Files that are written whole: under another name in the same folder, and then moved into place."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_NEW = 0o666
"""What the umask leaves of this are the permissions of a new file."""


def replace_file(path: str, data: bytes) -> None:
    """Write a file, or write it again with the permissions that it has; what a link leads to is written.

    A pipe or a device is written to as it is. Raises OSError.
    """
    target = os.path.realpath(path)
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        with open(path, "wb") as stream:
            stream.write(data)
        return
    with _written(target, data) as temporary:
        if mode is not None:
            os.chmod(temporary, stat.S_IMODE(mode))
        os.replace(temporary, target)


def create_file(path: str, data: bytes) -> None:
    """Write a new file. Raises FileExistsError if there is one already, and other OSErrors."""
    with _written(path, data) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:
            # Not every file system has hard links.
            with open(path, "xb") as file:
                file.write(data)


@contextmanager
def _written(path: str, data: bytes) -> Iterator[str]:
    """The path of a file beside the one that is meant, with the data in it; it is gone afterwards."""
    temporary = os.path.join(os.path.dirname(path), f".ducktracker-{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _NEW)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
        yield temporary
    finally:
        with suppress(OSError):
            os.unlink(temporary)
