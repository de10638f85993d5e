"""The files that hold a lake's live rows, and which of them are gone.

Whether files are there is asked by listings of their folders, never by a request a file.
"""

import os
from collections.abc import Collection, Iterable, Iterator
from itertools import takewhile
from typing import NamedTuple

import duckdb

from dt_contract.errors import LakeError
from dt_lake.attach import place
from dt_lake.lake import Lake

_FILES = """
SELECT s.schema_name, t.table_name, f.begin_snapshot,
       s.path, s.path_is_relative, t.path, t.path_is_relative, f.path, f.path_is_relative
FROM ({data} UNION ALL {deletes}) f
JOIN {tables} t ON t.table_id = f.table_id AND t.end_snapshot IS NULL
JOIN {schemas} s ON s.schema_id = t.schema_id AND s.end_snapshot IS NULL
"""
_LIVE = "SELECT table_id, begin_snapshot, path, path_is_relative FROM {table} WHERE end_snapshot IS NULL{which}"
_MANY = 100
"""Rather than so many folders the whole data path is listed."""


class DataFile(NamedTuple):
    """A file of live rows, or of which rows were deleted. `snapshot` is the lake snapshot that it came with."""

    table: str
    path: str
    snapshot: int


def live_files(lake: Lake, snapshots: Collection[int] | None = None) -> list[DataFile]:
    """Return the files of live rows, by table and path: those that were written in these lake snapshots, or all.

    DuckLake writes below the data path only; a URL elsewhere is of a file that was added.
    """
    if snapshots is not None and not snapshots:
        return []
    which = "" if snapshots is None else f" AND begin_snapshot IN ({', '.join(map(str, sorted(snapshots)))})"
    query = _FILES.format(
        data=_LIVE.format(table=lake.metadata("ducklake_data_file"), which=which),
        deletes=_LIVE.format(table=lake.metadata("ducklake_delete_file"), which=which),
        tables=lake.metadata("ducklake_table"),
        schemas=lake.metadata("ducklake_schema"),
    )
    rows = lake.connection.execute(query).fetchall()
    data_path = lake.data_folder if rows else ""
    files = sorted(
        DataFile(f"{schema}.{table}", _joined(data_path, parts), snapshot) for schema, table, snapshot, *parts in rows
    )
    if snapshots is None:
        return files
    return [file for file in files if "://" not in file.path or file.path.startswith(data_path)]


def missing(lake: Lake, files: Collection[DataFile]) -> list[DataFile]:
    """Return the files that are not there. Raises LakeError if that can't be known."""
    local = [file for file in files if "://" not in file.path]
    remote = [file for file in files if "://" in file.path]
    there = {*_in_folders(_folder(file) for file in local), *_on_storage(lake, remote)}
    return [file for file in files if file.path not in there]


def _joined(data_path: str, parts: list[str | bool | None]) -> str:
    path = data_path
    for part, is_relative in zip(parts[::2], parts[1::2], strict=True):
        path = f"{path}{part or ''}" if is_relative else str(part)
    return path


def _folder(file: DataFile) -> str:
    return file.path.rpartition("/")[0]


def _in_folders(folders: Iterable[str]) -> Iterator[str]:
    for folder in sorted(set(folders)):
        try:
            names = os.listdir(folder or ".")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise LakeError(f"the lake's data can't be listed: {error.strerror}", place=folder) from None
        yield from (f"{folder}/{name}" if folder else name for name in names)


def _on_storage(lake: Lake, files: Collection[DataFile]) -> list[str]:
    if not files:
        return []
    patterns = sorted(_patterns(files))
    if len(patterns) > _MANY:
        patterns = [f"{_escaped(lake.data_folder)}**"]
    try:
        rows = lake.connection.execute("SELECT file FROM system.main.glob($1)", [patterns]).fetchall()
    except duckdb.Error as error:
        reason = str(error).strip().splitlines()[0]
        message = f"the lake's data can't be listed: {reason}"
        raise LakeError(message, place=place(lake.config.connection)) from None
    return [path for (path,) in rows]


def _patterns(files: Collection[DataFile]) -> Iterator[str]:
    """A listing a table: of the one folder that its files are in, or of all below what its folders have in common."""
    folders: dict[str, set[str]] = {}
    for file in files:
        folders.setdefault(file.table, set()).add(_folder(file))
    for some in folders.values():
        yield f"{_escaped(_common(some))}/{'*' if len(some) == 1 else '**'}"


def _common(folders: Collection[str]) -> str:
    levels = zip(*(folder.split("/") for folder in folders), strict=False)
    return "/".join(level[0] for level in takewhile(lambda level: len(set(level)) == 1, levels))


def _escaped(path: str) -> str:
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in path)
