"""Writes the files that a user begins with: a project, a migration."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import msgspec

from dt_contract.errors import InputError
from dt_contract.files import create_file
from dt_contract.migrations import MigrationsDocument
from dt_scan.folder import scan
from dt_scan.name import HIGHEST_VERSION
from ducktracker.project.comment import comment

BACKENDS = ("ducklake-duckdb", "ducklake-postgres", "ducklake-sqlite")
_LONGEST = 200


def init(folder: Path, backend: str, edit: Callable[[str], str] = str) -> list[Path]:
    """Make ducktracker.toml, migrations/, .gitignore and README.md in a folder, and return their paths.

    `edit` makes the text of ducktracker.toml of that of the template. Raises what `refuse_taken` does, with nothing
    written.
    """
    paths = refuse_taken(folder)
    texts = _texts(backend)
    texts["ducktracker.toml"] = edit(texts["ducktracker.toml"])
    for path in paths:
        if path.name in texts:
            write_new(path, texts[path.name])
        else:
            make_folder(path)
    return paths


def refuse_taken(folder: Path) -> list[Path]:
    """Return the paths of a new project. Raises InputError if there is no such folder, or something in the way."""
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "this folder does not exist"
        raise InputError(what, place=str(folder), hint=None if folder.exists() else f"mkdir {folder}")
    paths = [folder / name for name in ("ducktracker.toml", "migrations", ".gitignore", "README.md")]
    taken = [path.name for path in paths if path.exists() or path.is_symlink()]
    if taken:
        raise InputError(f"already there: {', '.join(taken)}; nothing was written", place=str(folder))
    return paths


def _texts(backend: str) -> dict[str, str]:
    templates = files("ducktracker.project") / "templates"
    names = {"ducktracker.toml": f"{backend}.toml", ".gitignore": "gitignore", "README.md": "README.md"}
    return {name: (templates / source).read_text(encoding="utf-8") for name, source in names.items()}


def create(directory: str, text: str, *, repeatable: bool, timestamp: bool) -> Path:
    """Make an empty migration file, and the folder where it is missing, and return the file's path.

    Its version follows the highest of the folder; `timestamp` takes the time (UTC) for it, as in V20261122094500.
    Raises InputError for a description that can't name a file, and for a file that is there already.
    """
    words = slug(text)
    folder = beneath_here(directory)
    path = folder / (f"R__{words}.sql" if repeatable else f"V{next_version(folder, timestamp)}__{words}.sql")
    make_folder(folder)
    write_new(path, f"{comment(' '.join(text.split()))}\n")
    return path


def describe(paths: Sequence[Path]) -> MigrationsDocument:
    """Return the document of a folder that holds nothing but these files; an empty one without any."""
    if not paths:
        return MigrationsDocument(directory="")
    names = {path.name for path in paths}
    document = scan(str(paths[0].parent))
    own = tuple(item for item in document.migrations if unicodedata.normalize("NFC", item.script) in names)
    return msgspec.structs.replace(document, migrations=own, faults=())


def slug(text: str) -> str:
    """Return a description as it stands in a file's name: letters of any script and digits, in small letters.

    Raises InputError if nothing is left, or too much.
    """
    composed = unicodedata.normalize("NFC", text.lower())
    slug = "".join(sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " " for sign in composed)
    slug = "_".join(slug.split())
    if not slug:
        raise InputError(f"no letter or digit in the description {text!r}")
    if len(slug.encode()) > _LONGEST:
        raise InputError(f"the description is too long for a file name; the limit is {_LONGEST} bytes")
    return slug


def beneath_here(directory: str) -> Path:
    """Return the folder as a path from the current one, if it lies beneath it."""
    path, here = Path(directory), Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def next_version(folder: Path, timestamp: bool, *, above: int = 0, number: int = 1) -> int:
    """Return the first of so many versions that no file has, above a version. Raises InputError if there are none."""
    following = max(_highest(folder), above) + 1
    if timestamp:
        following = max(following, int(f"{datetime.now(tz=UTC):%Y%m%d%H%M%S}"))
    if following + number - 1 > HIGHEST_VERSION:
        raise InputError(f"no version can follow {HIGHEST_VERSION}", place=str(folder))
    return following


def _highest(folder: Path) -> int:
    """The faulty files of a folder may hold its highest version too."""
    if not folder.exists():
        return 0
    document = scan(str(folder))
    scripts = [item.script for item in document.migrations] + [item.script for item in document.faults]
    versions = (int(found[1]) for script in scripts if (found := re.match(r"[VB]([0-9]+)__", script)))
    return max((version for version in versions if version <= HIGHEST_VERSION), default=0)


def make_folder(path: Path) -> None:
    """Make a folder, and those above it. Raises InputError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"can't be made: {error.strerror}", place=str(path)) from None


def write_new(path: Path, text: str) -> None:
    """Write a new file; an argument that is not UTF-8 reaches a comment with `?` in it. Raises InputError."""
    try:
        create_file(str(path), text.encode(errors="replace"))
    except FileExistsError:
        raise InputError("this file is there already; nothing was written", place=str(path)) from None
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror}", place=str(path)) from None
