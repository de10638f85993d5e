"""Whether the new files of a branch would be apart from those of all others.

DuckLake deletes as orphans the files below its data path that it doesn't know, in all folders that match it as a
pattern.
"""

import os
import re
from collections.abc import Iterable, Iterator

from dt_branch.metadata import Draft
from dt_contract.errors import InputError
from dt_lake.data_path import overlap
from dt_lake.sql import literal

_HINT = "give the branch another data path: --data-path DIR"
_PATTERN = re.compile(r"[*?\[]")
_BELOW = "SELECT path FROM {table} WHERE NOT path_is_relative AND starts_with(path, {own}) LIMIT 1"


def absolute(path: str) -> str:
    """Return a data path in full, with a slash at its end. Raises InputError if no branch can have it."""
    full = f"{(path if '://' in path else os.path.realpath(path)).rstrip('/')}/"
    if full.partition("://")[0].lower() == "file":
        raise InputError("a data path on this machine is a folder, not a URL", place=path, hint=_HINT)
    if _PATTERN.search(full):
        raise InputError(f"the new files would go to {full}, which DuckLake takes for a pattern", hint=_HINT)
    return full


def check_empty(own: str) -> None:
    """Raise InputError if there is something in the folder, which may be another's data."""
    if "://" in own:
        return
    try:
        with os.scandir(own) as entries:
            is_empty = not any(entries)
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError(f"the new files can't go there: {error.strerror}", place=own, hint=_HINT) from None
    if not is_empty:
        raise InputError(f"the new files would go to {own}, which is not empty", hint=_HINT)


def check_apart(draft: Draft, own: str, shared: Iterable[str], others: Iterable[str]) -> None:
    """Raise InputError if a data path overlaps one that it shares, or one of the other branches.

    Also if it has a file or folder below it that the lake names.
    """
    whose = [("the lake's own data", path) for path in (*shared, *_below(draft, own))]
    whose += [("another branch", path) for path in others]
    for what, path in whose:
        if overlap(own, path):
            raise InputError(f"the new files would go to {own}, which is not apart from {what} in {path}", hint=_HINT)


def _below(draft: Draft, own: str) -> Iterator[str]:
    """Files that were added from elsewhere, and folders of tables that are not below the data path of their lake."""
    for table in ("schema", "table", "data_file", "delete_file"):
        for (path,) in draft.rows(_BELOW.format(table=draft.table(table), own=literal(own))):
            yield path
