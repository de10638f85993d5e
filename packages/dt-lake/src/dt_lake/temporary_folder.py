"""Temporary folders of branches. What a process that was killed left behind, a later one removes."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

_PREFIX = "ducktracker-branch-"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Return a folder that only this user can read, gone after the block; first remove those of dead processes."""
    _remove_dead()
    with (
        TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", ignore_cleanup_errors=True) as folder,
        Path(folder, "new").open("w") as lock,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        # From its first moment on, the lock that others look for is held.
        os.rename(lock.name, _lock(Path(folder)))
        yield Path(folder)


def _lock(folder: Path) -> Path:
    return folder / "lock"


def _remove_dead() -> None:
    for folder in Path(gettempdir()).glob(f"{_PREFIX}*-*"):
        if _is_dead(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_dead(folder: Path) -> bool:
    """Whether its process is gone, here and in any container that shares the folder.

    The lock tells: another process may have the number by now. Only a folder without one is told by that.
    """
    try:
        with _lock(folder).open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return _is_gone(folder.name.removeprefix(_PREFIX).partition("-")[0])
    except OSError:
        return False
    return True


def _is_gone(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError, ValueError):
        pass
    return False
