"""A file that a branch shares with its source, and that the source has deleted."""

import os
import re
from errno import ENOENT

import duckdb

from dt_lake.engine_text import shortened
from dt_lake.errors import LakeFault, fault
from dt_lake.mark import Mark

_NAMED = re.compile(r"""(["'])(.+?\.(?:parquet|puffin))(?:\?[^"']*)?\1""")


def is_gone(error: duckdb.Error) -> bool:
    """Whether an error says that a file, or an object of a store, is not there."""
    text = str(error)
    return isinstance(error, duckdb.IOException) and (os.strerror(ENOENT) in text or "404" in text)


def lost_file(error: duckdb.Error, where: str, mark: Mark) -> LakeFault | None:
    """Return the fault of a branch whose shared file is gone; None if the file is another one."""
    named = _NAMED.search(str(error))
    file = next(filter(None, (_below(path, named[2]) for path in mark.shared)), None) if named else None
    if file is None:
        return None
    source = shortened(mark.source, 120)
    return fault(
        f"this branch needs lake snapshot {mark.snapshot} of {source}, which has deleted its file {file}",
        where,
        str(error),
        hint="make a new branch of the lake as it is now",
    )


def _below(data_path: str, file: str) -> str | None:
    """The file's name from the data path on, None if it is not below that; a store names bucket and folder its way."""
    if file.startswith(data_path):
        return file.removeprefix(data_path)
    bucket, _, folder = data_path.partition("://")[2].partition("/")
    if not bucket or bucket not in file or f"/{folder}" not in file:
        return None
    return file.partition(f"/{folder}")[2] if folder else file
