"""What a statement does to what: its typed description."""

from typing import Literal

import msgspec

from dt_lint.script.names import Name

Action = Literal[
    "create",
    "drop",
    "rename",
    "comment",
    "add_column",
    "drop_column",
    "rename_column",
    "alter_type",
    "set_default",
    "drop_default",
    "set_not_null",
    "drop_not_null",
    "set_partitioned",
    "reset_partitioned",
    "set_sorted",
    "reset_sorted",
    "alter",
    "insert",
    "update",
    "delete",
    "merge",
    "copy_from",
    "copy_to",
    "copy_database",
    "select",
    "use",
    "set",
    "pragma",
    "call",
    "execute",
    "other",
]
"""`alter` is an ALTER that is none of those with a name here, `other` a statement that is none of all these."""
ALTERS_COLUMN: frozenset[Action] = frozenset(
    {
        "add_column",
        "drop_column",
        "rename_column",
        "alter_type",
        "set_default",
        "drop_default",
        "set_not_null",
        "drop_not_null",
    }
)
SETS_KEYS: frozenset[Action] = frozenset({"set_partitioned", "reset_partitioned", "set_sorted", "reset_sorted"})
_WRITES: frozenset[Action] = frozenset({"insert", "update", "delete", "merge", "copy_from", "copy_database"})
_LAKE_KINDS = {"schema", "table", "view", "macro"}


class Effect(msgspec.Struct, frozen=True):
    """What a statement does; a statement in other words or letters that does the same has an equal one.

    That of PREPARE and EXECUTE is the one of the statement that is prepared.
    """

    action: Action
    kind: str = ""
    """Of the object: table, view, schema, macro, column (of COMMENT) …"""
    target: Name | None = None
    """The object that changes; None only where the action has none."""
    path: tuple[str, ...] = ()
    """The column, or the field in one, folded. Of SET and PRAGMA, the setting."""
    new_name: str = ""
    """The name behind RENAME … TO, folded. Of EXECUTE, what it executes."""
    temporary: bool = False
    or_replace: bool = False
    if_exists: bool = False
    if_not_exists: bool = False
    has_default: bool = False
    """Of ADD COLUMN, whether it says DEFAULT."""
    fills_column: bool = False
    """Of ADD COLUMN, whether DuckDB makes an UPDATE of its DEFAULT, as it does of an expression."""
    has_query: bool = False
    """Whether it is CREATE TABLE … AS."""
    nested_types: int = 0
    """How many STRUCT, MAP and list types a new column's type, or the new type of one, has."""
    nested_type: str = ""
    """That type as DuckDB writes it, with folded names; empty if it is not nested, or names a type of the user's."""

    @property
    def creates(self) -> str | None:
        """The kind of object that it creates in the lake: schema, table, view, macro; None for a TEMP one."""
        is_in_lake = self.action == "create" and self.kind in _LAKE_KINDS and not self.temporary
        return self.kind if is_in_lake else None

    @property
    def creates_table_as(self) -> bool:
        """Whether it is CREATE TABLE … AS in the lake."""
        return self.creates == "table" and self.has_query

    @property
    def alters(self) -> bool:
        """Whether it is an ALTER or a COMMENT."""
        others = {"rename", "comment", "alter"}
        return self.action in others or self.action in ALTERS_COLUMN or self.action in SETS_KEYS

    @property
    def writes_rows(self) -> bool:
        """Whether it changes rows: INSERT, UPDATE, DELETE, TRUNCATE, MERGE, COPY FROM, CREATE TABLE AS …"""
        return self.action in _WRITES or self.creates_table_as or self.fills_column

    @property
    def writes_values(self) -> bool:
        """Whether rows have other values after it, or are new: all of `writes_rows` but DELETE and TRUNCATE."""
        return self.writes_rows and self.action != "delete"

    @property
    def adds_rows(self) -> bool:
        """Whether it may bring new rows, and does not only change or delete those that are there."""
        return self.writes_rows and self.action not in ("update", "delete", "add_column")

    @property
    def adds_nested(self) -> bool:
        """Whether it adds a column of a nested type (STRUCT, MAP or list), or may add such a field by a new type.

        Not if a field is added by its path.
        """
        if self.action == "alter_type":
            return self.nested_types > 1  # The first is that of the column, which was nested before.
        return self.action == "add_column" and len(self.path) == 1 and self.nested_types > 0

    @property
    def names(self) -> tuple[Name, ...]:
        """All names that it gives the object: the target's, and that after RENAME TO."""
        if self.target is None:
            return ()
        return (self.target, self.target.renamed(self.new_name)) if self.action == "rename" else (self.target,)
