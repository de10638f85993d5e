"""Copies of the schema in the history, for what the lake itself forgets: expired snapshots, and the past of options.

A row's data is a line that names this form, a header as a line of JSON, and the schema, as JSON and compressed; the
schema is left out where an earlier copy holds the same one. Other data, such as ducktracker 0.1.0's, is no copy.
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

import duckdb
import msgspec

from dt_contract.document import Value
from dt_contract.history import HistoryDocument, HistoryRow
from dt_contract.schema import Lake as LakeIdentity
from dt_contract.schema import SchemaDocument
from dt_history.data import read_data
from dt_history.read import read_history
from dt_history.table import NewRow, append
from dt_lake.lake import Lake
from dt_lake.transaction import transaction
from dt_snapshot.options import Options, read_options, with_options
from dt_snapshot.reader import read_schema
from ducktracker.apply import is_conflict, lock
from ducktracker.commit import commit_message
from ducktracker.expected import MADE_BY_US, baseline_snapshot

_FORM = b"ducktracker copy 1\n"
_MARKS = ("<< Snapshot >>", "snapshot")
"""The script and the checksum of these rows."""


class Header(Value, frozen=True, kw_only=True):
    """Of which lake snapshot a copy is, and the options as they were.

    `digest` is that of the schema; `rank` is the rank of the row that holds it, null where the copy itself does.
    """

    snapshot: int
    options: Options
    digest: str
    rank: int | None = None


class Copy(NamedTuple):
    """A copy as it is stored; `rank` is its row's, and `body` is empty where another row holds the schema."""

    rank: int
    header: Header
    body: bytes


def keep_copy(lake: Lake, expected: int) -> None:
    """Sees to it that the history holds a copy of the schema at this lake snapshot, with the options as they are now.

    Does nothing where there is one, or where that is not the baseline any more: another process is left to its copy.
    """
    history = read_history(lake)
    if baseline_snapshot(history) != expected or read_copy(lake, history, expected):
        return
    schema = read_schema(lake, expected)
    body = msgspec.json.encode(
        msgspec.structs.replace(schema, lake=LakeIdentity(id=schema.lake.id), options=None, fingerprint="")
    )
    digest = hashlib.sha256(body).hexdigest()
    last = next(_copies(lake, _ranks(history)[-1:]), None)
    same = last if last and last.header.digest == digest else None
    header = Header(
        snapshot=expected,
        options=read_options(lake),
        digest=digest,
        rank=(same.header.rank or same.rank) if same else None,
    )
    data = _FORM + msgspec.json.encode(header) + b"\n" + (b"" if same else zlib.compress(body, 1))
    _append(lake, history, NewRow("snapshot", None, f"schema of lake snapshot {expected}", *_MARKS, data=data))


def read_copy(lake: Lake, history: HistoryDocument, snapshot: int) -> Copy | None:
    """Gives the newest copy of the schema at a lake snapshot that a row of the history made."""
    made = max((row.installed_rank for row in history.rows if row.lake_snapshot == snapshot), default=0)
    later = [rank for rank in _ranks(history) if rank > made]
    return next((copy for copy in _copies(lake, later) if copy.header.snapshot == snapshot), None)


def rewritten(lake: Lake, history: HistoryDocument) -> HistoryRow | None:
    """Gives a row that was written anew, and is no longer in the lake snapshot of its migration; null without any.

    An UPDATE does that, and DuckLake's rewriting of files of which rows were deleted. The newest copy remembers a
    snapshot that no migration before it can be later than.
    """
    last = next(_copies(lake, _ranks(history)[-1:]), None)
    if last is None:
        return None
    before = (row for row in history.rows if row.installed_rank < last.rank and row.success and row.type in MADE_BY_US)
    return next((row for row in before if (row.lake_snapshot or 0) > last.header.snapshot), None)


def schema_of(lake: Lake, copy: Copy) -> SchemaDocument | None:
    """Gives the schema of a copy with its options; null where it can't be read."""
    holder = copy if copy.body else next(_copies(lake, [copy.header.rank or 0]), None)
    if holder is None or holder.header.digest != copy.header.digest:
        return None
    try:
        schema = msgspec.json.decode(zlib.decompress(holder.body), type=SchemaDocument)
    except (zlib.error, msgspec.MsgspecError):
        return None
    return with_options(schema, copy.header.options)


def _append(lake: Lake, history: HistoryDocument, row: NewRow) -> None:
    rank = max(row.installed_rank for row in history.rows) + 1
    try:
        with transaction(lake.connection):
            lock(lake, [item.script for item in history.rows if item.type != "snapshot"][-1])
            if read_history(lake) != history:
                return
            commit_message(lake, row.description)
            append(lake, rank, [row])
    except duckdb.TransactionException as error:
        if not is_conflict(error):
            raise


def _ranks(history: HistoryDocument) -> list[int]:
    return [row.installed_rank for row in history.rows if row.type == "snapshot"]


def _copies(lake: Lake, ranks: Sequence[int]) -> Iterator[Copy]:
    """The copies in these rows, newest first."""
    for rank, data in read_data(lake, ranks).items():
        if data.startswith(_FORM):
            header, _, body = data.removeprefix(_FORM).partition(b"\n")
            with suppress(msgspec.MsgspecError):
                yield Copy(rank, msgspec.json.decode(header, type=Header), body)
