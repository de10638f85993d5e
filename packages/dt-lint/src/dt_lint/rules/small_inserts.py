"""Small INSERTs whose rows the same transaction changes again: they go into files, as large ones do.

DuckLake keeps a few new rows in the catalog. If a transaction changes such rows of its own, their old values stay in
the table's statistics for good, so that min() and max() are wrong; and some ALTERs of such a table fail. If it changes
the type of a column, the statistics of its rows are wrong once they are flushed into a file.
docs/ducklake-facts.md#small-rows-that-change-again, docs/ducklake-facts.md#rows-and-another-type
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from dt_contract.identifiers import fold
from dt_lake.sql import literal, name
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.in_files import in_files
from dt_lint.rule import LakeWatch, OpenTransaction, Rule
from dt_lint.script.deleted_rows import has_deleted_rows
from dt_lint.script.effect import SETS_KEYS, Effect
from dt_lint.script.names import Name
from dt_lint.script.statements import Statement
from dt_lint.script.tables import IN_CATALOG, Tables, beside_files, has_committed, present_names, with_files

_CODE = "DL409"
_COLUMNS = """
SELECT column_name, data_type FROM duckdb_columns()
WHERE database_name = {} AND schema_name = {} AND lower(table_name) = lower({})
  AND (data_type LIKE 'DECIMAL(%)' OR data_type NOT LIKE '%(%' AND data_type NOT LIKE '%[]')
  AND data_type NOT IN (
    'BOOLEAN', 'HUGEINT', 'UHUGEINT', 'FLOAT', 'DOUBLE', 'VARCHAR', 'JSON', 'BLOB', 'UUID', 'INTERVAL',
    'TIME WITH TIME ZONE')
"""
"""Not the types of which DuckDB never takes min() and max() from statistics."""

_CHANGES = ("update", "delete", "merge")


class _Table(msgspec.Struct):
    committed: Name | None
    statements: list[Statement] = msgspec.field(default_factory=list)


class _Extreme(msgspec.Struct):
    """What the statistics of a column may still say at COMMIT."""

    committed: Name | None
    place: tuple[str, str]
    column: str
    lowest: str
    highest: str
    statement: Statement


class SmallInserts(LakeWatch):
    """Which statements of a transaction must not leave their rows in the catalog, and what to look at where they do."""

    def __init__(self, transaction: OpenTransaction) -> None:
        self._lake = transaction.lake
        self._in_files: set[int] = set()
        self._watched: dict[int, tuple[Name, Name | None]] = {}
        self._extremes: list[_Extreme] = []
        found: list[_Table] = []

        def new(committed: Name | None) -> _Table:
            found.append(_Table(committed))
            return found[-1]

        tables = Tables(transaction.scripts, new)
        for statement in (statement for script in transaction.scripts for statement in script.statements):
            table = tables.follow(statement.effect)
            if table is not None:
                table.statements.append(statement)
        for table in found:
            self._decide(table)

    def _decide(self, table: _Table) -> None:
        """Find the rows that have to be in files, and those for which files would be wrong.

        They would if a column comes between rows of a table without statistics (late_columns.py), or if the files of
        its partitions make a sequence of their own (valueless_files.py).
        """
        changed, needed, is_widened = _to_files(table.statements)
        if not changed and not needed:
            return
        in_catalog = {*map(id, _rows_before_not_null(table.statements))}
        is_new = not has_committed(self._lake, table.committed, "ducklake_table_stats")
        keeps = is_widened and is_new
        keeps_changed = keeps or (is_new and self._is_partitioned(table))
        if keeps_changed or in_catalog or self._has_option():
            changes = (item for item in table.statements if item.effect.action in _CHANGES)
            self._watched.update((id(change), (change.effect.names[0], table.committed)) for change in changes)
        for keep, rows in ((keeps_changed, changed), (keeps, needed)):
            self._in_files |= set() if keep else {*map(id, rows)} - in_catalog

    def _is_partitioned(self, table: _Table) -> bool:
        if any(statement.effect.action == "set_partitioned" for statement in table.statements):
            return True
        return has_committed(self._lake, table.committed, "ducklake_partition_info", "end_snapshot IS NULL")

    @contextmanager
    def of(self, statement: Statement) -> Iterator[None]:
        """Have a statement write files, if it must, while the context is open."""
        if id(statement) in self._watched:
            self._extremes += self._read_extremes(statement, *self._watched[id(statement)])
        if id(statement) not in self._in_files:
            yield
            self._follow(statement.effect)
            return
        with in_files(self._lake):
            yield

    def at_commit(self) -> None:
        """Raise CorruptsLake if a minimum or maximum would be that of a row that is gone."""
        for extreme in self._extremes:
            if self._is_lost(extreme):
                raise CorruptsLake(
                    f"a small INSERT and then a change of its rows in one transaction leave the minimum and maximum of "
                    f"{extreme.column} as they were in this build of DuckLake; put the change into a migration of its "
                    "own (not --transaction all)",
                    _CODE,
                    extreme.statement,
                )

    def _follow(self, effect: Effect) -> None:
        """Take note of the new name of a table or column."""
        for extreme in self._extremes if effect.new_name and effect.target else []:
            if not effect.target or not effect.target.may_be(*extreme.place):
                continue
            if effect.action == "rename":
                extreme.place = (extreme.place[0], effect.new_name)
            elif effect.action == "rename_column" and effect.path == (fold(extreme.column),):
                extreme.column = effect.new_name

    def _read_extremes(self, statement: Statement, target: Name, committed: Name | None) -> list[_Extreme]:
        found = []
        for place in present_names(self._lake, target):
            query = _COLUMNS.format(*map(literal, (self._lake.catalog, *place)))
            columns = self._lake.connection.execute(query).fetchall()
            written = [name(beside_files(column)) for column, _ in columns]
            parts = ", ".join(f"min({column})::VARCHAR, max({column})::VARCHAR" for column in written)
            query = f"SELECT {parts} FROM {with_files(self._lake, place)} WHERE filename = {literal(IN_CATALOG)}"
            row = self._lake.connection.execute(query).fetchone() if columns else ()
            assert row is not None
            for (column, _), lowest, highest in zip(columns, row[::2], row[1::2], strict=True):
                if lowest is not None:
                    found.append(_Extreme(committed, place, column, lowest, highest, statement))
        return found

    def _is_lost(self, extreme: _Extreme) -> bool:
        """Not of a table or column that is dropped by then."""
        table = literal(self._lake.catalog), *map(literal, extreme.place)
        for column, type_ in self._lake.connection.execute(_COLUMNS.format(*table)).fetchall():
            if fold(column) != fold(extreme.column):
                continue
            lowest, highest = (f"TRY_CAST({literal(value)} AS {type_})" for value in (extreme.lowest, extreme.highest))
            row = self._lake.connection.execute(
                f"SELECT coalesce(min({name(column)}) > {lowest} OR max({name(column)}) < {highest}, true) "
                f"FROM {name(self._lake.catalog, *extreme.place)}"
            ).fetchone()
            return row == (True,) and not has_deleted_rows(self._lake, extreme.committed, extreme.place)
        return False

    def _has_option(self) -> bool:
        query = f"SELECT count(*) FROM {self._lake.metadata('ducklake_metadata')} WHERE key = 'data_inlining_row_limit'"
        return self._lake.connection.execute(f"{query} AND value <> '0'").fetchone() != (0,)


def _to_files(statements: Sequence[Statement]) -> tuple[list[Statement], list[Statement], bool]:
    """Return the rows that change again, those that an ALTER needs in files, and whether a column is between rows."""
    inserts: list[Statement] = []
    updates: list[Statement] = []
    changed: list[Statement] = []
    needed = _retyped_rows(statements)
    may_widen = is_widened = False
    without_nested: list[Statement] = []
    for statement in statements:
        effect = statement.effect
        if effect.writes_values:
            needed += without_nested
            is_widened = (is_widened or may_widen) and not without_nested
            may_widen = may_widen and not without_nested
        if effect.adds_nested:
            without_nested = list(inserts)
        if effect.action in _CHANGES and inserts:
            changed += [*inserts, *updates]
        elif _needs_files(effect):
            needed += [*inserts, *updates]
        may_widen = may_widen or (bool(inserts) and _may_add_column(effect))
        if effect.writes_values:
            (updates if effect.action == "update" else inserts).append(statement)
    return changed, needed, is_widened


def _retyped_rows(statements: Sequence[Statement]) -> list[Statement]:
    """The rows of a transaction that changes a type of their table, before that or after it."""
    if all(statement.effect.action != "alter_type" for statement in statements):
        return []
    return [statement for statement in statements if statement.effect.writes_values]


def _rows_before_not_null(statements: Sequence[Statement]) -> list[Statement]:
    """The rows before a SET NOT NULL that may all be deleted by then: it runs if none are left or were in files."""
    actions = [statement.effect.action for statement in statements]
    end = len(actions) - actions[::-1].index("set_not_null") if "set_not_null" in actions else 0
    is_deleted = "delete" in actions[:end] or "merge" in actions[:end]
    return [statement for statement in statements[:end] if statement.effect.writes_values] if is_deleted else []


def _may_add_column(effect: Effect) -> bool:
    return effect.action == "add_column" or (effect.action == "alter_type" and effect.nested_types > 0)


def _needs_files(effect: Effect) -> bool:
    """Whether it is an ALTER that DuckLake refuses for a table with new rows in the catalog."""
    is_of_field = effect.action in ("add_column", "drop_column", "rename_column") and len(effect.path) > 1
    return is_of_field or effect.action in SETS_KEYS


RULE = Rule(_CODE, "a small INSERT, and then a change of its rows", watch=SmallInserts)
