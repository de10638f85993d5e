"""Copies of the schema in the history: what is expected, and what the lake itself forgets.

A row's data is a line that names this form, a header as a line of JSON, the expected versions of what drifted, and the
schema of the lake, both as JSON and compressed. Most copies go on from an earlier, whole one, and hold only what was
touched since: one more migration of a large lake then costs little, in time and in room. SQL is kept as the lake
stores it, whatever the name under which it is attached. The former form has no expected versions, and other data,
such as ducktracker 0.1.0's, is not a copy.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from dt_contract.document import Value
from dt_contract.history import HistoryDocument
from dt_contract.schema import Lake as LakeIdentity
from dt_contract.schema import SchemaDocument
from dt_history.data import read_data
from dt_history.expected_rows import copy_description
from dt_history.packed import Damaged, pack, parse, unpack
from dt_history.table import NewRow
from dt_lake.lake import Lake
from dt_snapshot.catalog_name import catalog_free
from dt_snapshot.commits import commits
from dt_snapshot.lifetimes import read_versions
from dt_snapshot.options import Options, read_options, with_options
from dt_snapshot.reader import schema_at
from dt_snapshot.touched import touches
from ducktracker.drift.patch import patched

_FORM = b"ducktracker copy 2\n"
_FORMER = b"ducktracker copy 1\n"
_MARKS = ("<< Snapshot >>", "snapshot")
"""The script and the checksum of these rows."""


class Expected(Value, frozen=True, kw_only=True):
    """What is expected of the lake snapshot of a copy; everything but the `drifted` objects is as the lake is.

    `options` are None as long as they are not known. `drifted_since` is a snapshot before the first drift. What
    happened before `options_since` to options, and before `known_since` to the schema, is not known.
    """

    options: Options | None = None
    drifted: tuple[int, ...] = ()
    drifted_since: int | None = None
    options_since: int | None = None
    known_since: int | None = None
    notes: tuple[tuple[int, int | None, str], ...] = ()
    """Of what drifted, the id of an object, that of a column in it, and a script that states it too."""
    size: int = 0
    """Bytes of the expected versions, compressed."""


class Header(Value, frozen=True, kw_only=True):
    """Of which lake snapshot a copy is, and the options as they were.

    `rank` is that of the row whose whole schema this copy goes on from, None if its own schema is whole, and
    `digest` is of that whole schema. `objects` are the ids of what was touched since. `expected` is None in the former
    form.
    """

    snapshot: int
    options: Options
    digest: str
    rank: int | None = None
    objects: tuple[int, ...] = ()
    expected: Expected | None = None


class Copy(NamedTuple):
    """A copy as it is stored; `rank` is its row's, `drifted` and `body` are compressed schemas."""

    rank: int
    header: Header
    drifted: bytes
    body: bytes


_PART = 8
"""A copy that goes on from another one is at most such a part of its size; else it is a whole one."""


def new_copy(
    lake: Lake, history: HistoryDocument, snapshot: int, expected: Expected, drifted: SchemaDocument
) -> NewRow:
    """Return the row that keeps the schema at a lake snapshot, the options as they are now, and what is expected."""
    header, body = _copy_of(lake, snapshot, _last_whole(lake, copy_ranks(history)[-1:]))
    packed = _packed(drifted) if expected.drifted else b""
    header = replace(header, expected=replace(expected, size=len(packed)))
    data = _FORM + msgspec.json.encode(header) + b"\n" + packed + body
    return NewRow("snapshot", None, copy_description(snapshot), *_MARKS, data=data)


def read_copies(lake: Lake, ranks: Sequence[int]) -> Iterator[Copy]:
    """Yield the copies in the rows of these ranks, newest first."""
    for rank, data in read_data(lake, ranks).items():
        if data.startswith((_FORM, _FORMER)):
            line, _, rest = data[len(_FORM) :].partition(b"\n")
            with suppress(Damaged):
                header = parse(line, Header)
                size = header.expected.size if header.expected else 0
                yield Copy(rank, header, rest[:size], rest[size:])


def read_copy(lake: Lake, history: HistoryDocument, snapshot: int) -> Copy | None:
    """Return the newest copy of the schema at a lake snapshot that a row of the history made."""
    made = max((row.installed_rank for row in history.rows if row.lake_snapshot == snapshot), default=0)
    shared = {row.installed_rank for row in history.rows if row.lake_snapshot == snapshot and row.type == "snapshot"}
    later = [rank for rank in copy_ranks(history) if rank > made or rank in shared]
    copies = read_copies(lake, later)
    return next((copy for copy in copies if copy.header.snapshot == snapshot or copy.rank in shared), None)


def copy_ranks(history: HistoryDocument) -> list[int]:
    """Return the ranks of the rows that may hold copies."""
    return [row.installed_rank for row in history.rows if row.type == "snapshot"]


def schema_of(lake: Lake, copy: Copy) -> SchemaDocument | None:
    """Return the schema of a copy with its options; None if it can't be read."""
    schema = _unpacked(copy.body)
    if copy.header.rank is not None:
        whole = next(read_copies(lake, [copy.header.rank]), None)
        before = _unpacked(whole.body) if whole and whole.header.digest == copy.header.digest else None
        schema = patched(before, set(copy.header.objects), schema) if before and schema else None
    return schema and catalog_free(lake, with_options(schema, copy.header.options))


def drifted_of(copy: Copy) -> SchemaDocument | None:
    """Return the expected versions of what drifted; None if they can't be read."""
    return _unpacked(copy.drifted) if copy.drifted else SchemaDocument()


def _unpacked(packed: bytes) -> SchemaDocument | None:
    try:
        return parse(unpack(packed), SchemaDocument)
    except Damaged:
        return None


def _copy_of(lake: Lake, snapshot: int, whole: Copy | None) -> tuple[Header, bytes]:
    options = read_options(lake)
    # What was dropped since a snapshot is known as long as that snapshot is.
    if whole and commits(lake, [whole.header.snapshot]):
        objects = {touch.object_id for touch in touches(lake, whole.header.snapshot)}
        body = _packed(read_versions(lake, snapshot, objects, as_stored=True).at(snapshot, objects))
        if len(body) * _PART <= len(whole.body) or not objects:
            header = replace(whole.header, snapshot=snapshot, options=options, rank=whole.rank)
            return replace(header, objects=tuple(sorted(objects))), body
    body = _packed(schema_at(lake, snapshot))
    return Header(snapshot=snapshot, options=options, digest=hashlib.sha256(body).hexdigest()), body


def _packed(schema: SchemaDocument) -> bytes:
    bare = replace(schema, lake=LakeIdentity(id=schema.lake.id))
    return pack(msgspec.json.encode(bare))


def _last_whole(lake: Lake, ranks: Sequence[int]) -> Copy | None:
    last = next(read_copies(lake, ranks), None)
    if last is None or last.header.rank is None:
        return last
    whole = next(read_copies(lake, [last.header.rank]), None)
    return whole if whole and whole.header.digest == last.header.digest else None
