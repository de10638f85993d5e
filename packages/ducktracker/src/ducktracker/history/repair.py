"""ducktracker repair: clears failed records, accepts edited files, and gives up a revert or undo that was interrupted.

It appends; no row is changed or deleted, and no baseline is moved.
"""

from collections.abc import Callable, Sequence

import msgspec

from dt_config.config import Config
from dt_contract.history import HistoryDocument
from dt_contract.migrations import MigrationsDocument
from dt_contract.result import MigrationResult, ResultDocument
from dt_history.assess import check_faults
from dt_history.ledger import CLEARED, ledger
from dt_history.problems import mismatches
from dt_history.read import read_history
from dt_history.table import NewRow
from dt_history.tail import read_tail
from dt_history.whole import KNOWN_LOST, FilesLost, lost_files
from dt_history.writer import appending
from dt_lake.lake import Lake, open_lake
from dt_lake.waiting import open_for_writing
from dt_scan.folder import scan
from ducktracker.drift.unfinished import told, unfinished


class Repair(msgspec.Struct, frozen=True):
    """A row to append, and what it does in words."""

    row: NewRow
    about: str


def repairs(migrations: MigrationsDocument, history: HistoryDocument) -> list[Repair]:
    """Return what there is to repair: failed records first, then checksums. Raises InputError for a faulty folder."""
    check_faults(migrations)
    book = ledger(history)
    failures = [
        Repair(
            NewRow("repair", row.version, row.description, row.script, CLEARED),
            f"{row.script}: the failed attempt of {row.installed_on[:19]} will be cleared",
        )
        for row in book.failed.values()
    ]
    sums = [
        Repair(
            NewRow("repair", item.version, "checksum", item.script, item.checksum),
            f"{item.script}: accept the edited file ({item.applied_checksum[:12]}… -> {item.checksum[:12]}…)",
        )
        for item in mismatches(migrations.migrations, book)
    ]
    return failures + sums


def known_lost(lost: FilesLost | None) -> list[Repair]:
    """Return the row that takes note of lost files, so that validate, drift and migrate go on without them."""
    if lost is None:
        return []
    row = NewRow("repair", None, "lost files are known", *KNOWN_LOST)
    return [Repair(row, f"{lost}; from now on this is known, and the rows stay lost")]


def given_up(lake: Lake, history: HistoryDocument) -> list[Repair]:
    """Return the row that gives up what is left of a revert or an undo, so that the lake stays as it is."""
    rest = unfinished(lake, history)
    problem = told(rest)
    if rest is None or problem is None:
        return []
    row = NewRow("repair", None, f"{rest.about}: the rest is given up", rest.script, CLEARED)
    return [Repair(row, f"{problem.message}; the rest will be given up")]


def dry_run(config: Config) -> tuple[Repair, ...]:
    """Return what repair would do, and write nothing."""
    with open_lake(config) as lake:
        history = read_history(lake)
        return tuple(_found(lake, scan(config.migrations.directory), history))


def repair(config: Config, agree: Callable[[Sequence[Repair]], bool]) -> ResultDocument:
    """Append the repairs that there are, once `agree` says so.

    Raises LakeBusy if another process writes to the history at the same time.
    """
    migrations = scan(config.migrations.directory)
    with open_for_writing(config) as lake:
        history, tail = read_tail(lake)
        found = _found(lake, migrations, history)
        if not found or not agree(found):
            return result(found)
        scripts = [item.row.script for item in found]
        with appending(lake, "repair", scripts, tail=tail, last="repair") as writer:
            writer.append([item.row for item in found])
        return result(found, writer.snapshot)


def _found(lake: Lake, migrations: MigrationsDocument, history: HistoryDocument) -> list[Repair]:
    return repairs(migrations, history) + given_up(lake, history) + known_lost(lost_files(lake, history))


def result(found: Sequence[Repair], snapshot: int | None = None) -> ResultDocument:
    """Return the document of repairs that were done in a lake snapshot, or (None) were not."""
    return ResultDocument(
        dry_run=snapshot is None,
        migrations=tuple(
            MigrationResult(
                script=item.row.script,
                outcome="skipped" if snapshot is None else "repaired",
                lake_snapshot=snapshot,
                about=item.about,
            )
            for item in found
        ),
    )
