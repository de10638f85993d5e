"""Writes the files that a user begins with: a project, a migration."""

import re
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from dt_contract.errors import InputError
from dt_contract.migrations import MigrationsDocument

BACKENDS = ("ducklake-duckdb", "ducklake-postgres")


def init(folder: Path, backend: str) -> list[Path]:
    """Makes ducktracker.toml, migrations/, .gitignore and README.md in a folder, and gives their paths.

    Raises InputError, with nothing written, when the folder does not exist or any of them is there already.
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "this folder does not exist"
        raise InputError(what, place=str(folder), hint=None if folder.exists() else f"mkdir {folder}")
    texts = _texts(backend)
    paths = [folder / name for name in ("ducktracker.toml", "migrations", ".gitignore", "README.md")]
    taken = [path.name for path in paths if path.exists() or path.is_symlink()]
    if taken:
        raise InputError(f"already there: {', '.join(taken)}; nothing was written", place=str(folder))
    for path in paths:
        if path.name in texts:
            _write_new(path, texts[path.name])
        else:
            path.mkdir()
    return paths


def _texts(backend: str) -> dict[str, str]:
    templates = files("ducktracker") / "templates"
    names = {"ducktracker.toml": f"{backend}.toml", ".gitignore": "gitignore", "README.md": "README.md"}
    return {name: (templates / source).read_text(encoding="utf-8") for name, source in names.items()}


def create(
    directory: Path, migrations: MigrationsDocument | None, text: str, *, repeatable: bool, timestamp: bool
) -> Path:
    """Makes an empty migration file and gives its path; its version follows the highest of the folder.

    `timestamp` takes the time (UTC) for a version: V20261122094500. `migrations` is null where the folder is
    still to be made. Raises InputError for an empty description or a file that is there already.
    """
    description = re.sub(r"\W+", "_", text.lower()).strip("_")
    if not description:
        raise InputError(f"no letter or digit in the description {text!r}")
    if len(description.encode()) > 200:
        raise InputError("the description is too long for a file name; the limit is 200 bytes")
    version = f"{datetime.now(tz=UTC):%Y%m%d%H%M%S}" if timestamp else str(_highest(migrations) + 1)
    path = directory / (f"R__{description}.sql" if repeatable else f"V{version}__{description}.sql")
    directory.mkdir(parents=True, exist_ok=True)
    _write_new(path, f"-- {' '.join(text.split())}\n")
    return path


def _highest(migrations: MigrationsDocument | None) -> int:
    """The faulty files of a folder may hold its highest version too."""
    if migrations is None:
        return 0
    scripts = [item.script for item in migrations.migrations] + [item.script for item in migrations.faults]
    return max((int(found[1]) for script in scripts if (found := re.match(r"V([0-9]+)__", script))), default=0)


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise InputError("this file is there already; nothing was written", place=str(path)) from None
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror}", place=str(path)) from None
