"""A file of rows without a value of a column, and then rows with one, in a table that had no rows.

DuckLake then knows no minimum and maximum of the column, and takes those of the next INSERT for those of all rows, so
that `WHERE` on it finds too little (ducklake_stats.cpp, MergeStats: it counts both files before it asks whether the
first had a value). One file with all these rows is right, so they are written again before the COMMIT.
docs/ducklake-facts.md#no-value-and-then-one
"""

from contextlib import suppress

import duckdb
import msgspec

from dt_lake.sql import literal, name
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.in_files import in_files
from dt_lint.rule import LakeWatch, OpenTransaction, Rule
from dt_lint.script.names import Name
from dt_lint.script.statements import Statement
from dt_lint.script.tables import IN_CATALOG, Path, Tables, field, has_committed, plain_types, renamed_path, with_files

_CODE = "DL408"


class _Table(msgspec.Struct):
    committed: Name | None
    name: Name | None = None
    written: list[Statement] = msgspec.field(default_factory=list)
    added: set[Path] = msgspec.field(default_factory=set)
    """Columns and fields that files before may lack."""
    is_partitioned: bool = False


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
        table.added = {new for old in table.added if (new := renamed_path(old, effect))}
        if effect.action in ("add_column", "alter_type"):
            table.added.add(effect.path)
        table.is_partitioned = table.is_partitioned or effect.action == "set_partitioned"
        if effect.writes_values:
            table.written.append(statement)

    def at_commit(self) -> None:
        """Write rows again where that is needed. Raises CorruptsLake if it doesn't help."""
        for table in self._tables:
            if len(table.written) < 2 or table.name is None:
                continue
            if has_committed(self._lake, table.committed, "ducklake_table_stats"):
                continue
            for place, types in plain_types(self._lake, table.name).items():
                in_any_order = self._is_partitioned(table)
                later = set(types) if in_any_order else table.added
                path = self._unknown(place, set(types), later)
                if path and (not self._write_again(place) or self._unknown(place, set(types), later)):
                    raise CorruptsLake(
                        f"rows without a value of a column ({'.'.join(path)}) and then rows with one in one "
                        "transaction leave wrong statistics in this build of DuckLake, so that queries find too few "
                        "rows after the next INSERT; put the later rows into a migration of their own (not "
                        "--transaction all)",
                        _CODE,
                        table.written[-1],
                    )

    def _unknown(self, place: tuple[str, str], paths: set[Path], later: set[Path]) -> Path | None:
        """Return a column that has no value in the first file, and one in a later file, or in the catalog.

        Of those in `later` it may be any file: those before lack the column, or come in any order, as partitions do.
        """
        listed = sorted(paths)
        counts = ", ".join(f"count({field(path)})" for path in listed)
        query = f"SELECT filename, {counts} FROM {with_files(self._lake, place)} GROUP BY filename"
        rows = self._lake.connection.execute(query).fetchall()
        # The names of files have the time in them, and come in the order in which DuckLake adds them up.
        rows.sort(key=lambda row: (row[0] == IN_CATALOG, row[0]))
        for at, path in enumerate(listed, start=1):
            in_files = [row[at] for row in rows if row[0] != IN_CATALOG]
            is_later = any(path[: len(column)] == column for column in later)
            if any(row[at] for row in rows) and 0 in (in_files if is_later else in_files[:1]):
                return path
        return None

    def _is_partitioned(self, table: _Table) -> bool:
        if table.is_partitioned:
            return True
        return has_committed(self._lake, table.committed, "ducklake_partition_info", "end_snapshot IS NULL")

    def _write_again(self, place: tuple[str, str]) -> bool:
        """Write all rows of a table, which are all of this transaction, into one file; return whether it could."""
        columns = self._lake.connection.execute(
            f"SELECT column_name FROM duckdb_columns() WHERE (database_name, schema_name, table_name) = "
            f"({', '.join(map(literal, (self._lake.catalog, *place)))}) ORDER BY column_index LIMIT 1"
        ).fetchall()
        column = name(columns[0][0])
        with suppress(duckdb.Error), in_files(self._lake):
            self._lake.connection.execute(f"UPDATE {name(self._lake.catalog, *place)} SET {column} = {column}")
            return True
        return False


RULE = Rule(_CODE, "rows without a value of a column, and then rows with one", watch=ValuelessFiles)
