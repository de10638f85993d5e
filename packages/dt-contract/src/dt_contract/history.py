"""The `history` document: the rows of the history table."""

from typing import Literal

from dt_contract.document import Document, Value

RowType = Literal["versioned", "repeatable", "baseline", "snapshot", "accepted", "repair"]


class HistoryRow(Value, frozen=True, kw_only=True):
    """A row of the history table. `installed_on` is UTC, RFC 3339; `execution_ms` is in milliseconds.

    `lake_snapshot` is the lake snapshot of the row's own commit.
    """

    installed_rank: int
    version: int | None = None
    description: str
    type: RowType
    script: str
    checksum: str
    installed_by: str
    installed_on: str
    execution_ms: int
    success: bool
    lake_snapshot: int | None = None


class TableName(Value, frozen=True, kw_only=True):
    """A table by its names in the lake, unquoted."""

    schema: str
    table: str


class HistoryDocument(Document, tag="history", frozen=True, kw_only=True):
    """All rows by `installed_rank`. `table` is the table's full name; `lake` the uuid of the lake, null without one."""

    table: str
    lake: str | None = None
    rows: tuple[HistoryRow, ...] = ()
    others: tuple[TableName, ...] = ()
    """The other history tables of the lake, if this one doesn't exist."""
