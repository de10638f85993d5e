"""Migration files that are generated, one or several at once."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ducktracker.project.scaffold import beneath_here, make_folder, next_version, slug, write_new


def next_paths(directory: str, text: str, number: int, *, timestamp: bool = False, above: int = 0) -> list[Path]:
    """Return the paths of the next migrations, with versions above the highest of the folder, and above `above`.

    All but the first have their number at the end of their description. Raise InputError for a description that
    can't name a file.
    """
    folder, name = beneath_here(directory), slug(text)
    first = next_version(folder, timestamp, above=above, number=number)
    return [folder / f"V{first + at}__{name}{f'_{at + 1}' if at else ''}.sql" for at in range(number)]


def write_files(files: Mapping[Path, str]) -> None:
    """Write new files, all or none. Raise InputError if one of them exists already or can't be written."""
    written: list[Path] = []
    try:
        for path, text in files.items():
            make_folder(path.parent)
            write_new(path, text)
            written.append(path)
    except BaseException:
        remove(written)
        raise


def remove(files: Sequence[Path]) -> None:
    """Remove files that this run has written."""
    for path in files:
        with suppress(OSError):
            path.unlink()
