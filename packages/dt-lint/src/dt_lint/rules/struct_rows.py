"""Rows with a STRUCT where the catalog is in PostgreSQL or SQLite: they go into files, however few they are.

DuckLake keeps a few new rows in the catalog, nested values as text there. A date, time, UUID, interval or infinity in a
STRUCT becomes a text that it can't read again, a BLOB another one, and a quote is lost
(docs/ducklake-facts.md#date-in-a-struct).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from dt_lake.sql import literal
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.in_files import in_files
from dt_lint.rule import LakeWatch, OpenTransaction, Rule
from dt_lint.script.names import Name
from dt_lint.script.statements import Statement
from dt_lint.script.tables import IN_CATALOG, column_types, with_files

_CODE = "DL512"


class StructRows(LakeWatch):
    """Has statements write files, and looks at the end whether an option of the lake kept rows in the catalog."""

    def __init__(self, transaction: OpenTransaction) -> None:
        self._lake = transaction.lake
        self._is_needed = transaction.backend != "duckdb"
        self._written: list[tuple[Name, Statement]] = []

    @contextmanager
    def of(self, statement: Statement) -> Iterator[None]:
        """Have a statement write files, if it must, while the context is open."""
        effect = statement.effect
        if not self._is_needed or not effect.writes_values or not effect.names:
            yield
            return
        target = effect.names[-1]
        if not effect.creates_table_as and not self._has_struct(target):
            yield
            return
        self._written.append((target, statement))
        with in_files(self._lake):
            yield

    def at_commit(self) -> None:
        """Raise CorruptsLake if rows with a STRUCT are to be kept in the catalog."""
        for target, statement in self._written:
            for place in {place for place, _, type_ in column_types(self._lake, target) if "STRUCT(" in type_}:
                kept = f"SELECT 1 FROM {with_files(self._lake, place)} WHERE filename = {literal(IN_CATALOG)} LIMIT 1"
                if self._lake.connection.execute(kept).fetchone():
                    raise CorruptsLake(
                        "this build of DuckLake can't read small rows with a STRUCT again from a catalog in PostgreSQL "
                        "or SQLite, and an option of the lake keeps them there; set the option data_inlining_row_limit "
                        "to 0, in a migration of its own",
                        _CODE,
                        statement,
                    )

    def _has_struct(self, target: Name) -> bool:
        return any("STRUCT(" in type_ for _, _, type_ in column_types(self._lake, target))


RULE = Rule(_CODE, "rows with a STRUCT that the catalog can't hold", watch=StructRows)
