"""The `history` document: the rows of the history table."""

from typing import ClassVar, Literal, NamedTuple

from dt_contract.document import Document, Value

RowType = Literal[
    "versioned", "repeatable", "squashed", "baseline", "snapshot", "accepted", "repair", "undone", "reverted"
]


class RowKind(NamedTuple):
    """What a type of row is. `code` is what the column migration_type holds.

    `makes_expected`: what its lake snapshot did to the schema is expected, and the log shows it. `is_migration`: it is
    a file that was run.
    """

    code: str
    makes_expected: bool
    is_migration: bool = False


ROW_KINDS: dict[RowType, RowKind] = {
    "versioned": RowKind("V", makes_expected=True, is_migration=True),
    "repeatable": RowKind("R", makes_expected=True, is_migration=True),
    "squashed": RowKind("B", makes_expected=True, is_migration=True),
    "baseline": RowKind("V", makes_expected=True),
    "snapshot": RowKind("S", makes_expected=False),
    "accepted": RowKind("A", makes_expected=True),
    "repair": RowKind("P", makes_expected=False),
    "undone": RowKind("U", makes_expected=True),
    "reverted": RowKind("X", makes_expected=True),
}
"""A baseline is a V row with the checksum `baseline`; a snapshot is a copy of the schema.

A squashed row is a B file, which stands for all versions up to its own. An undone row has the version of the
migration that its lake snapshot took back, and that migration's script, or of the U file that was run. From then on the
migration is not applied.
"""


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

    @property
    def is_migration(self) -> bool:
        """Whether it is a migration file that was run, or tried."""
        return ROW_KINDS[self.type].is_migration


class TableName(Value, frozen=True, kw_only=True):
    """A table by its names in the lake, unquoted."""

    schema: str
    table: str


class HistoryDocument(Document, tag="history", frozen=True, kw_only=True):
    """All rows by `installed_rank`. `table` is the table's full name; `lake` the uuid of the lake, None without one."""

    newest: ClassVar[int] = 2

    version: int = 2
    table: str
    lake: str | None = None
    rows: tuple[HistoryRow, ...] = ()
    others: tuple[TableName, ...] = ()
    """The other history tables of the lake, if this one doesn't exist."""
