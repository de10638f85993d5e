"""What the history row of a transaction keeps of it because the lake itself does not."""

import msgspec

from dt_contract.document import Value
from dt_history.packed import Damaged, parse
from ducktracker.drift.set_options import SetOption
from ducktracker.drift.stated_objects import Restated

_OPTIONS = b"ducktracker options 1\n"
"""A form of rows that keep options alone."""
_FORM = b"ducktracker row 1\n"


class ToCome(Value, frozen=True, kw_only=True):
    """The rest of a revert or undo that takes several transactions: the text of each of those that follow.

    `rows` are those of the last one: version, description, script and checksum.
    """

    texts: tuple[str, ...]
    script: str
    about: str
    rows: tuple[tuple[int | None, str, str, str], ...]


class RowData(Value, frozen=True, kw_only=True):
    """The options that the transaction set, and what its statements state that find their work done."""

    options: tuple[SetOption, ...] = ()
    restated: tuple[Restated, ...] = ()
    to_come: ToCome | None = None


def packed_row(data: RowData) -> bytes | None:
    """Return what the history row keeps; None if that is nothing."""
    if data.restated or data.to_come:
        return _FORM + msgspec.json.encode(data)
    return _OPTIONS + msgspec.json.encode(data.options) if data.options else None


def row_data(data: bytes) -> RowData:
    """Return what a history row keeps; nothing if its data is something else."""
    try:
        if data.startswith(_FORM):
            return parse(data.removeprefix(_FORM), RowData)
        if data.startswith(_OPTIONS):
            return RowData(options=parse(data.removeprefix(_OPTIONS), tuple[SetOption, ...]))
    except Damaged:
        pass
    return RowData()
