"""Which lake snapshot the history has for a version. Pure."""

from dt_contract.errors import InputError
from dt_contract.history import HistoryDocument, HistoryRow
from dt_history.ledger import ledger


def snapshot_of(history: HistoryDocument, version: int) -> int:
    """Return the lake snapshot that a version, or the baseline of that version, was recorded in.

    Raises InputError that names the versions there are.
    """
    rows = _rows(history)
    row = rows.get(version)
    if row is None or row.lake_snapshot is None:
        there = f"there are {_listed(sorted(rows))}" if rows else "there is none"
        raise InputError(f"no version {version} in {history.table}; {there}")
    return row.lake_snapshot


def check_apart(history: HistoryDocument, first: int, second: int) -> None:
    """Raise InputError when two versions were applied in one lake snapshot."""
    snapshot = snapshot_of(history, first)
    if first != second and snapshot == snapshot_of(history, second):
        together = sorted(version for version, row in _rows(history).items() if row.lake_snapshot == snapshot)
        raise InputError(
            f"V{first} and V{second} can't be distinguished: {_listed(together)} share lake snapshot {snapshot}",
            hint='behavior.transaction = "each" gives each migration a snapshot of its own',
        )


def _rows(history: HistoryDocument) -> dict[int, HistoryRow]:
    book = ledger(history)
    rows = {row.version: row for row in book.applied.values() if row.version is not None}
    if book.baseline and book.baseline.version is not None:
        rows.setdefault(book.baseline.version, book.baseline)
    return rows


def _listed(versions: list[int]) -> str:
    """`V1 to V7`, or `V1, V2, V5`; at most the first and last of many."""
    names = [f"V{version}" for version in versions]
    if len(versions) > 2 and versions[-1] - versions[0] == len(versions) - 1:
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names if len(names) <= 8 else [*names[:4], "…", *names[-3:]])
