"""Temporary folders of branches. What a process that was killed left behind, a later one removes."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

_PREFIX = "ducktracker-branch-"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Return a folder that only this user can read, gone after the block; first remove those of dead processes."""
    _remove_dead()
    with (
        TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", ignore_cleanup_errors=True) as folder,
        _lock(Path(folder)).open("w") as lock,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(folder)


def _lock(folder: Path) -> Path:
    return folder / "lock"


def _remove_dead() -> None:
    for folder in Path(gettempdir()).glob(f"{_PREFIX}*-*"):
        if _is_dead(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_dead(folder: Path) -> bool:
    """Whether its process is gone, here and in any container that shares the folder."""
    pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
    if not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        with suppress(FileNotFoundError):
            return _is_free(_lock(folder))
        return True
    except (OSError, OverflowError):
        pass
    return False


def _is_free(lock: Path) -> bool:
    try:
        with lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        raise
    except OSError:
        return False
    return True
