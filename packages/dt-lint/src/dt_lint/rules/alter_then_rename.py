"""ALTER or COMMENT of a table or view, and then its RENAME TO: the lake can't be read any more.

DuckLake leaves two tables of one id behind (docs/ducklake-facts.md#alter-then-rename). It is seen while they are
uncommitted, and `duplicated_ids` looks for it once more after the COMMIT. Where another RENAME TO came before, there is
one table, as it was before the ALTER.
"""

from collections import Counter

import msgspec

from dt_lake.lake import Lake
from dt_lake.sql import literal
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.rule import LakeWatch, OpenTransaction, Rule
from dt_lint.script.effect import Effect
from dt_lint.script.names import Name
from dt_lint.script.statements import Statement
from dt_lint.script.tables import Tables

_CODE = "DL401"
_TOUCHED = """
SELECT table_id FROM {columns} WHERE begin_snapshot = {snapshot}
UNION ALL SELECT table_id FROM {tables} WHERE begin_snapshot = {snapshot}
UNION ALL SELECT view_id FROM {views} WHERE begin_snapshot = {snapshot}
"""
_LIVE = """
SELECT table_id, column_id FROM {columns} WHERE end_snapshot IS NULL AND table_id IN ({ids})
UNION ALL SELECT table_id, NULL FROM {tables} WHERE end_snapshot IS NULL AND table_id IN ({ids})
UNION ALL SELECT view_id, NULL FROM {views} WHERE end_snapshot IS NULL AND view_id IN ({ids})
"""
_COMMITTED = """
SELECT schema_name, object FROM (
  SELECT schema_id, table_name AS object, end_snapshot FROM {tables}
  UNION ALL SELECT schema_id, view_name, end_snapshot FROM {views}) o JOIN {schemas} s USING (schema_id)
WHERE o.end_snapshot IS NULL AND s.end_snapshot IS NULL AND lower(object) = lower({name})
"""


class _Object(msgspec.Struct):
    """A table or view: whether it was renamed, and altered after that."""

    committed: Name | None
    is_renamed: bool = False
    is_altered: bool = False


class RenameWatch(LakeWatch):
    """Counts the names in the lake before and after a RENAME TO, and follows what is renamed twice."""

    def __init__(self, transaction: OpenTransaction) -> None:
        self._lake = transaction.lake
        self._altered = False
        self._names = 0
        self._objects = Tables(transaction.scripts, _Object)

    def before(self, statement: Statement) -> None:
        """Count the names before a RENAME TO that follows an ALTER or COMMENT in the transaction."""
        if self._altered and statement.effect.action == "rename":
            self._names = self._count()

    def after(self, statement: Statement) -> None:
        """Raise CorruptsLake when a RENAME TO has left the old name there too."""
        if self._altered and statement.effect.action == "rename" and self._count() > self._names:
            raise CorruptsLake(
                "RENAME TO after an ALTER or COMMENT of the same object in one transaction makes the lake unreadable "
                "in this build of DuckLake; put RENAME TO first, or into its own migration without --transaction all",
                _CODE,
            )
        self._altered = self._altered or statement.effect.alters
        self._follow(statement.effect)

    def _follow(self, effect: Effect) -> None:
        found = self._objects.follow(effect)
        if found is None:
            return
        if effect.action != "rename":
            found.is_altered = found.is_altered or (found.is_renamed and effect.alters)
            return
        if found.is_altered and found.committed and self._is_committed(found.committed):
            raise CorruptsLake(
                "an ALTER or COMMENT between two RENAME TO of the same object in one transaction has no effect in this "
                "build of DuckLake; rename the object once, before the change",
                _CODE,
            )
        found.is_renamed = True

    def _is_committed(self, name: Name) -> bool:
        names = {key: self._lake.metadata(f"ducklake_{key[:-1]}") for key in ("tables", "views", "schemas")}
        query = _COMMITTED.format(**names, name=literal(name.name))
        return any(name.may_be(*row) for row in self._lake.connection.execute(query).fetchall())

    def _count(self) -> int:
        row = self._lake.connection.execute(
            "SELECT count(DISTINCT (schema_name, table_name)) FROM duckdb_columns() "
            f"WHERE database_name = {literal(self._lake.catalog)}"
        ).fetchone()
        assert row is not None
        return int(row[0])


def duplicated_ids(lake: Lake, snapshot: int) -> list[int]:
    """Return the tables and views that a lake snapshot touched and that are live twice, or have a column twice.

    What DuckLake leaves after a RENAME TO that follows an ALTER is a second table of the same id, without a column.
    """
    # Counted here: after every commit DuckDB would make hash tables of megabytes for a few rows.
    names = {key: lake.metadata(f"ducklake_{key[:-1]}") for key in ("columns", "tables", "views")}
    touched = {row[0] for row in lake.connection.execute(_TOUCHED.format(**names, snapshot=snapshot)).fetchall()}
    if not touched:
        return []
    ids = ", ".join(map(str, sorted(touched)))
    live = Counter(lake.connection.execute(_LIVE.format(**names, ids=ids)).fetchall())
    return sorted({row[0] for row, times in live.items() if times > 1})


RULE = Rule(_CODE, "RENAME TO after an ALTER or COMMENT", watch=RenameWatch)
