"""Which migrations may have lost their files.

If the answer to a COMMIT is lost, the migration is in the lake, while DuckLake takes it for failed and deletes the
files that it wrote. Whoever ran it can tell that no file was lost, and says so with its next copy of the schema; of all
other migrations it is to be looked at.
"""

import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from dt_contract.errors import LakeError
from dt_contract.history import HistoryDocument, HistoryRow
from dt_lake.attach import place
from dt_lake.datafiles import DataFile, live_files, missing
from dt_lake.lake import Lake

KNOWN_LOST = ("<< Files >>", "files")
"""Script and checksum of a repair row that takes note of the files that are lost until then."""
_MARK = re.compile(r"; files whole to lake snapshot (\d+)\Z")
_SETTLED = timedelta(days=1)
"""After that time no client waits for the answer to a COMMIT any more, to delete files then."""
_SHOWN = 10


class FilesLost(LakeError):
    """Migrations are applied, and files with their rows are gone. `snapshot` is the lake snapshot of the last one."""

    def __init__(self, lake: Lake, files: Sequence[DataFile], scripts: Sequence[str], *, snapshot: int) -> None:
        tables = sorted({file.table for file in files})
        many = "1 file of" if len(files) == 1 else f"{len(files)} files of"
        others = len(scripts) - 1
        more = f" and those of {others} other migration{'s' if others > 1 else ''}" if others > 0 else ""
        super().__init__(
            f"was applied in lake snapshot {min(file.snapshot for file in files)}, but its rows{more} are lost: "
            f"{many} {_listed(tables, 3)} {'is' if len(files) == 1 else 'are'} gone",
            place=scripts[0] if scripts else place(lake.config.connection),
            excerpt="\n".join([file.path for file in files[:_SHOWN]] + (["…"] if len(files) > _SHOWN else [])),
            hint="restore the files; or run `ducktracker repair` to go on without them, "
            "then create the table again in a new migration",
        )
        self.files = tuple(files)
        self.snapshot = snapshot


def marked(description: str, whole: int | None) -> str:
    """Return the description of a copy, with the lake snapshot up to which the files of migrations are whole."""
    return description if whole is None else f"{description}; files whole to lake snapshot {whole}"


def unmarked(description: str) -> str:
    """Return the description of a copy without that mark."""
    return _MARK.sub("", description)


def unknown(history: HistoryDocument) -> list[HistoryRow]:
    """Return the migrations of which it isn't known whether their files are whole."""
    whole = max((_known(row) for row in history.rows), default=-1)
    made = (row for row in history.rows if row.success and row.is_migration)
    return [row for row in made if row.lake_snapshot is not None and row.lake_snapshot > whole]


def lost_files(lake: Lake, history: HistoryDocument) -> FilesLost | None:
    """Return what is lost of the migrations of which it isn't known; costs nothing if all are known."""
    rows = unknown(history)
    files = live_files(lake, {row.lake_snapshot for row in rows if row.lake_snapshot is not None})
    return _lost(lake, files, rows)


def all_lost_files(lake: Lake, history: HistoryDocument) -> FilesLost | None:
    """Return what is lost of all that is live in the lake, whoever wrote it."""
    return _lost(lake, live_files(lake), history.rows)


def whole_to(lake: Lake, history: HistoryDocument, own: Collection[int]) -> int | None:
    """Return up to which lake snapshot the files of migrations are whole from now on; None for all of them.

    `own` are the lake snapshots whose COMMIT this process had the answer of. What another process has just committed
    may still lose its files. Raises FilesLost.
    """
    rows = [row for row in unknown(history) if row.lake_snapshot not in own]
    files = live_files(lake, {row.lake_snapshot for row in rows if row.lake_snapshot is not None})
    lost = _lost(lake, files, rows)
    if lost:
        raise lost
    settled = f"{datetime.now(tz=UTC) - _SETTLED:%Y-%m-%dT%H:%M:%S}"
    with_files = {file.snapshot for file in files}
    open_ = [row.lake_snapshot for row in rows if row.lake_snapshot in with_files and row.installed_on > settled]
    return min(snapshot for snapshot in open_ if snapshot is not None) - 1 if open_ else None


def check_committed(lake: Lake, snapshot: int, scripts: Sequence[str]) -> None:
    """Raise FilesLost if a commit whose answer was lost has lost files."""
    gone = missing(lake, live_files(lake, [snapshot]))
    if gone:
        raise FilesLost(lake, gone, scripts, snapshot=snapshot)


def _lost(lake: Lake, files: Sequence[DataFile], rows: Sequence[HistoryRow]) -> FilesLost | None:
    gone = missing(lake, files)
    if not gone:
        return None
    snapshots = {file.snapshot for file in gone}
    scripts = [row.script for row in rows if row.lake_snapshot in snapshots and row.is_migration]
    return FilesLost(lake, gone, scripts, snapshot=max(snapshots))


def _known(row: HistoryRow) -> int:
    """Up to which lake snapshot a row says that nothing needs to be looked at."""
    if row.type == "repair" and (row.script, row.checksum) == KNOWN_LOST:
        return -1 if row.lake_snapshot is None else row.lake_snapshot
    mark = _MARK.search(row.description) if row.type == "snapshot" else None
    return int(mark[1]) if mark else -1


def _listed(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
