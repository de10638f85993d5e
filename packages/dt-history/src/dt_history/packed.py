"""What rows of the history carry in their column snapshot_data: compressed JSON.

Whoever may write to the lake may have written it, so it is read within bounds.
"""

import zlib
from typing import TypeVar

import msgspec

T = TypeVar("T")

_LEVEL = 1
_LARGEST = 512 << 20
_RATIO = 300
"""JSON of real schemas shrinks to a 20th to a 90th; zlib alone can shrink to a 1030th, as of a billion blanks."""
_SLACK = 1 << 20
"""Short data may shrink more than `_RATIO`."""


class Damaged(Exception):
    """Says why data of the history can't be read; it continues `the data of … `."""


def pack(data: bytes) -> bytes:
    """Return the data compressed, fast rather than small."""
    return zlib.compress(data, _LEVEL)


def unpack(data: bytes) -> bytes:
    """Return what `pack` was given. Raise Damaged if it is not such data, or would be unreasonably large."""
    most = min(_LARGEST, len(data) * _RATIO + _SLACK)
    decompressor = zlib.decompressobj()
    try:
        found = decompressor.decompress(data, most)
    except zlib.error:
        raise Damaged("is not compressed as ducktracker does it") from None
    if not decompressor.eof:
        problem = "is larger than any that ducktracker writes" if len(found) == most else "is cut short"
        raise Damaged(problem)
    return found


def parse(data: bytes, kind: type[T]) -> T:
    """Return the value of a type that the JSON holds. Raise Damaged if it doesn't hold one."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Damaged("is not what ducktracker writes") from None
