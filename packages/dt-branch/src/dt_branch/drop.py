"""Removes the files that a branch made, and none that it shares."""

import os
import re
from contextlib import suppress

from dt_config.config import Config
from dt_lake.lake import Lake, open_lake
from dt_lake.waiting import wait_for

_OURS = re.compile(r"ducklake-[0-9a-f-]{36}(-delete)?\.parquet")
"""How DuckLake names its files; a catalog that somebody made may list others."""
_FILES = """
SELECT s.path || t.path || f.path FROM {files} f JOIN {tables} t USING (table_id) JOIN {schemas} s USING (schema_id)
WHERE f.path_is_relative AND t.path_is_relative AND s.path_is_relative
"""


def drop_files(config: Config, lock_timeout: float) -> str | None:
    """Remove the data files of a branch from its data path; return that if it is none of this machine's folders.

    Raises LakeBusy after `lock_timeout` seconds if another process works on the branch, and LakeError.
    """

    def own() -> tuple[str, set[str]]:
        with open_lake(config, write=True) as lake:
            return lake.branch.data_path if lake.branch else lake.data_folder, _relative_paths(lake)

    data_path, files = wait_for(own, lock_timeout, lambda _: None)
    if "://" in data_path:
        return data_path
    folders = set()
    for file in files:
        path = os.path.join(data_path, file)
        if _OURS.fullmatch(os.path.basename(path)) and ".." not in file.split("/"):
            folders.add(os.path.dirname(path))
            with suppress(OSError):
                os.unlink(path)
    _remove_empty(folders, data_path.rstrip("/"))
    return None


def _relative_paths(lake: Lake) -> set[str]:
    tables = {key: lake.metadata(f"ducklake_{key[:-1]}") for key in ("tables", "schemas")}
    found: set[str] = set()
    for files in ("ducklake_data_file", "ducklake_delete_file"):
        query = _FILES.format(files=lake.metadata(files), **tables)
        found |= {str(path) for (path,) in lake.connection.execute(query).fetchall()}
    return found


def _remove_empty(folders: set[str], top: str) -> None:
    """From the deepest folder up to the data path itself."""
    waiting = {top}
    for folder in folders:
        while len(folder) > len(top):
            waiting.add(folder)
            folder = os.path.dirname(folder)
    for folder in sorted(waiting, key=len, reverse=True):
        with suppress(OSError):
            os.rmdir(folder)
