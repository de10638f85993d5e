"""Copies of the schema in the history, for what the lake itself forgets: expired snapshots, and the past of options.

A row's data is a line that names this form, a header as a line of JSON, and a schema, as JSON and compressed. Most
copies go on from an earlier, whole one, and hold just what was touched since: one more migration of a large lake then
costs little, in time and in room. Other data, such as ducktracker 0.1.0's, is no copy.
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from dt_contract.document import Value
from dt_contract.history import HistoryDocument, HistoryRow
from dt_contract.schema import Lake as LakeIdentity
from dt_contract.schema import SchemaDocument
from dt_history.data import read_data
from dt_history.table import NewRow
from dt_history.tail import HistoryTail, read_tail
from dt_history.writer import Overtaken, appending
from dt_lake.lake import Lake
from dt_snapshot.commits import commits
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.moment import newest
from dt_snapshot.options import Options, read_options, with_options
from dt_snapshot.reader import schema_at
from dt_snapshot.touched import touches
from ducktracker.expected import MADE_BY_US, baseline_snapshot
from ducktracker.patched import patched

_FORM = b"ducktracker copy 1\n"
_MARKS = ("<< Snapshot >>", "snapshot")
"""The script and the checksum of these rows."""


class Header(Value, frozen=True, kw_only=True):
    """Of which lake snapshot a copy is, and the options as they were.

    `rank` is that of the row whose whole schema this copy goes on from, null where its own schema is whole, and
    `digest` is of that whole schema. `objects` are the ids of what was touched since.
    """

    snapshot: int
    options: Options
    digest: str
    rank: int | None = None
    objects: tuple[int, ...] = ()


class Copy(NamedTuple):
    """A copy as it is stored; `rank` is its row's, and `body` is the compressed schema."""

    rank: int
    header: Header
    body: bytes


_PART = 8
"""A copy that goes on from another one is at most such a part of its size; else it is a whole one."""


def keep_copy(lake: Lake, expected: int, tail: HistoryTail | None = None) -> None:
    """See to it that the history holds a copy of the schema at this lake snapshot, with the options as they are now.

    Does nothing if there is one, or if that is not the baseline any more: another process is left to its copy.
    `tail` is that of a run that has just made that snapshot; the history is not read again then.
    """
    if tail is None or not tail.lake_snapshot == expected == newest(lake):
        tail = _without_copy(lake, expected)
    if tail:
        with suppress(Overtaken):
            _append(lake, tail, expected)


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
    schema = _schema(copy)
    if copy.header.rank is not None:
        whole = next(_copies(lake, [copy.header.rank]), None)
        before = _schema(whole) if whole and whole.header.digest == copy.header.digest else None
        schema = patched(before, set(copy.header.objects), schema) if before and schema else None
    return schema and with_options(schema, copy.header.options)


def _schema(copy: Copy) -> SchemaDocument | None:
    try:
        return msgspec.json.decode(zlib.decompress(copy.body), type=SchemaDocument)
    except (zlib.error, msgspec.MsgspecError):
        return None


def _without_copy(lake: Lake, expected: int) -> HistoryTail | None:
    history, tail = read_tail(lake)
    if baseline_snapshot(history) != expected or read_copy(lake, history, expected):
        return None
    return tail


def _append(lake: Lake, tail: HistoryTail, snapshot: int) -> None:
    what = f"schema of lake snapshot {snapshot}"
    with appending(lake, what, tail=tail, last=tail.last_script) as writer:
        header, body = _copy_of(lake, snapshot, _last_whole(lake, tail.last_copy))
        data = _FORM + msgspec.json.encode(header) + b"\n" + body
        writer.append([NewRow("snapshot", None, what, *_MARKS, data=data)])


def _copy_of(lake: Lake, snapshot: int, whole: Copy | None) -> tuple[Header, bytes]:
    options = read_options(lake)
    # What was dropped since a snapshot is known as long as that snapshot is.
    if whole and commits(lake, [whole.header.snapshot]):
        objects = {touch.object_id for touch in touches(lake, whole.header.snapshot)}
        body = _packed(read_versions(lake, snapshot, objects).at(snapshot, objects))
        if len(body) * _PART <= len(whole.body) or not objects:
            header = replace(whole.header, snapshot=snapshot, options=options, rank=whole.rank)
            return replace(header, objects=tuple(sorted(objects))), body
    body = _packed(schema_at(lake, snapshot))
    return Header(snapshot=snapshot, options=options, digest=hashlib.sha256(body).hexdigest()), body


def _packed(schema: SchemaDocument) -> bytes:
    bare = replace(schema, lake=LakeIdentity(id=schema.lake.id))
    return zlib.compress(msgspec.json.encode(bare), 1)


def _last_whole(lake: Lake, rank: int | None) -> Copy | None:
    last = next(_copies(lake, [] if rank is None else [rank]), None)
    if last is None or last.header.rank is None:
        return last
    whole = next(_copies(lake, [last.header.rank]), None)
    return whole if whole and whole.header.digest == last.header.digest else None


def _ranks(history: HistoryDocument) -> list[int]:
    return [row.installed_rank for row in history.rows if row.type == "snapshot"]


def _copies(lake: Lake, ranks: Sequence[int]) -> Iterator[Copy]:
    """The copies in these rows, newest first."""
    for rank, data in read_data(lake, ranks).items():
        if data.startswith(_FORM):
            header, _, body = data.removeprefix(_FORM).partition(b"\n")
            with suppress(msgspec.MsgspecError):
                yield Copy(rank, msgspec.json.decode(header, type=Header), body)
