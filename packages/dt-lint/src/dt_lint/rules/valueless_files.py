"""A file of rows without a value of a column, and then rows with one, in a table that had no rows.

DuckLake then knows no minimum and maximum of the column, and takes those of the next INSERT for those of all rows, so
that `WHERE` on it finds too little (ducklake_stats.cpp, MergeStats: it counts both files before it asks whether the
first had a value). Rows are written again before the COMMIT so that the first file has values: all rows into one file,
or, where a table has partitions, all but those of a file that has values. One INSERT into partitions writes several
files, so it needs that too.
docs/ducklake-facts.md#no-value-and-then-one
"""

from contextlib import suppress
from typing import NamedTuple

import duckdb
import msgspec

from dt_contract.identifiers import fold
from dt_lake.sql import literal, name
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.in_files import in_files
from dt_lint.rule import LakeWatch, OpenTransaction, Rule
from dt_lint.script.names import Name
from dt_lint.script.statements import Statement
from dt_lint.script.tables import (
    IN_CATALOG,
    WITHOUT_EXTREMES,
    Path,
    Tables,
    field,
    has_committed,
    plain_types,
    renamed_paths,
    with_files,
)

_CODE = "DL408"


class _Table(msgspec.Struct):
    committed: Name | None
    name: Name | None = None
    written: list[Statement] = msgspec.field(default_factory=list)
    added: set[Path] = msgspec.field(default_factory=set)
    """Columns and fields that files before may lack."""
    is_partitioned: bool = False
    has_default: bool = False
    """Whether a column was added with one."""
    is_forgotten: bool = False
    """Whether it may be forgotten: rows must not be read after a TYPE (forgotten_defaults.py)."""


class _File(NamedTuple):
    name: str
    values: dict[Path, int]
    """How many values each column, or field, has in it."""

    @property
    def time(self) -> str:
        """The millisecond in which it was begun: the first digits of the UUIDv7 in its name, `ducklake-….parquet`."""
        return self.name.rpartition("ducklake-")[2][: len("01a220fd-38b1")]


class ValuelessFiles(LakeWatch):
    """Follows what is written to each table, and asks the lake at the end which rows have no value of a column."""

    def __init__(self, transaction: OpenTransaction) -> None:
        self._lake = transaction.lake
        self._tables = Tables(transaction.scripts, _Table)

    def after(self, statement: Statement) -> None:
        """Take note of a statement that has run."""
        effect = statement.effect
        table = self._tables.follow(effect)
        if table is None:
            return
        table.name = effect.names[-1]
        table.added = renamed_paths(table.added, effect)
        if effect.action in ("add_column", "alter_type"):
            table.added.add(effect.path)
        table.is_partitioned = table.is_partitioned or effect.action == "set_partitioned"
        table.has_default = table.has_default or (effect.action == "add_column" and effect.has_default)
        table.is_forgotten = table.is_forgotten or (table.has_default and effect.action == "alter_type")
        if effect.writes_values:
            table.written.append(statement)

    def at_commit(self) -> None:
        """Write rows again where that is needed. Raises CorruptsLake if it doesn't help."""
        for table in self._tables:
            if not table.written or table.name is None:
                continue
            in_order = not self._is_partitioned(table)
            if len(table.written) < 2 and in_order:
                continue
            if has_committed(self._lake, table.committed, "ducklake_table_stats"):
                continue
            for place, types in plain_types(self._lake, table.name).items():
                paths = {path for path, type_ in types.items() if type_ not in WITHOUT_EXTREMES}
                path = self._write_again(place, paths, table, in_order=in_order)
                if path:
                    raise CorruptsLake(
                        f"rows without a value of a column ({'.'.join(path)}) and rows with one in one transaction "
                        "leave wrong statistics in this build of DuckLake, so that queries find too few rows after the "
                        "next INSERT; put the later rows into a migration of their own (not --transaction all)",
                        _CODE,
                        table.written[-1],
                    )

    def _write_again(self, place: tuple[str, str], paths: set[Path], table: _Table, *, in_order: bool) -> Path | None:
        """Write the rows of a table, all of which are of this transaction, again where a file lacks a column's values.

        Return a column for which that does not help. `in_order`: the files are those of no partitions.
        """
        files = self._files(place, paths)
        unknown = _unknown(files, table.added if in_order else paths)
        if unknown is None or table.is_forgotten:
            return unknown
        if in_order or table.added:
            if not self._update(place, None):
                return unknown
            files = self._files(place, paths)
            unknown = _unknown(files, set() if in_order else paths)
            if unknown is None or in_order:
                return unknown
        first = _with_all_values(files)
        return None if first and self._update(place, first) else unknown

    def _files(self, place: tuple[str, str], paths: set[Path]) -> list[_File]:
        """Return how many values the files have, by their time, and then the catalog. Partitions come in any order."""
        listed = sorted(paths)
        counts = ", ".join(f"count({field(path)})" for path in listed)
        query = f"SELECT filename, {counts} FROM {with_files(self._lake, place)} GROUP BY filename"
        rows = self._lake.connection.execute(query).fetchall()
        return sorted(
            (_File(file, dict(zip(listed, counted, strict=True))) for file, *counted in rows),
            key=lambda file: (file.name == IN_CATALOG, file.time),
        )

    def _is_partitioned(self, table: _Table) -> bool:
        if table.is_partitioned:
            return True
        return has_committed(self._lake, table.committed, "ducklake_partition_info", "end_snapshot IS NULL")

    def _update(self, place: tuple[str, str], first: str | None) -> bool:
        """Write the rows that are not in the file `first` again, into files; return whether that could be done."""
        columns = self._lake.connection.execute(
            f"SELECT column_name FROM duckdb_columns() WHERE (database_name, schema_name, table_name) = "
            f"({', '.join(map(literal, (self._lake.catalog, *place)))}) ORDER BY column_index"
        ).fetchall()
        column = name(columns[0][0])
        table = name(self._lake.catalog, *place)
        others = f" WHERE filename <> {literal(first)}" if first else ""
        if first and "filename" in {fold(column) for (column,) in columns}:
            return False
        with suppress(duckdb.Error), in_files(self._lake):
            self._lake.connection.execute(f"UPDATE {table} SET {column} = {column}{others}")
            return True
        return False


def _unknown(files: list[_File], later: set[Path]) -> Path | None:
    """Return a column that has no value in the first file, and one in a later file, or in the catalog.

    Files of one millisecond come in any order. Of the columns in `later` it may be any file, and the catalog: what is
    before lacks the column, or comes in any order, as partitions do.
    """
    in_files = [file for file in files if file.name != IN_CATALOG]
    first = [file for file in in_files if file.time == in_files[0].time]
    for path in files[0].values if in_files else ():
        is_later = any(path[: len(column)] == column for column in later)
        is_missing = any(not file.values[path] for file in (files if is_later else first))
        if is_missing and any(file.values[path] for file in files):
            return path
    return None


def _with_all_values(files: list[_File]) -> str | None:
    """Return a file that has a value of each column that has one at all."""
    needed = {path for file in files for path, count in file.values.items() if count}
    found = (file.name for file in files if file.name != IN_CATALOG and all(file.values[path] for path in needed))
    return next(found, None)


RULE = Rule(_CODE, "rows without a value of a column, and then rows with one", watch=ValuelessFiles)
