"""Refuses what this build of DuckLake would do wrongly without saying so (ducklake-facts, Traps)."""

from collections.abc import Iterable, Iterator, Sequence

import duckdb

from dt_contract.errors import InputError, Refused
from dt_lake.lake import Lake
from dt_lake.sql import literal
from ducktracker.nature import creates, is_create_table_as, renames_object, writes_rows
from ducktracker.statements import Script, Statement

_Type = duckdb.StatementType
_INTO = {"INSERT": "INTO", "MERGE": "INTO", "COPY": "COPY", "UPDATE": "UPDATE", "ALTER": "TABLE", "CREATE": "TABLE"}


class CorruptsLake(Exception):
    """A statement that DuckLake runs, and that leaves the lake unreadable once it is committed."""


def check_statistics(script: Script) -> None:
    """Raises InputError for the sequence that leaves wrong column statistics in one transaction (trap 14).

    That is: a new table gets rows, then a column with a default, then more rows; afterwards `WHERE` on the new
    column finds nothing (near duckdb/ducklake#1055).
    """
    stage: dict[str, int] = {}
    for statement in script.statements:
        table = _target(statement)
        if creates(statement) == "TABLE":
            stage[table] = 1 if is_create_table_as(statement) else 0
        elif table in stage:
            if writes_rows(statement) and stage[table] in (0, 2):
                stage[table] += 1
            elif _adds_default(statement) and stage[table] == 1:
                stage[table] = 2
        if stage.get(table) == 3:
            raise InputError(
                "rows, a new column with a default and more rows, all in the transaction that makes the table: "
                "this DuckLake would store wrong statistics, and queries would miss rows",
                place=f"{script.name}:{statement.line}",
                hint="put the statements from ADD COLUMN on into a migration of their own",
            )


def check_shared_transaction(scripts: Sequence[Script]) -> None:
    """Raises Refused where one migration writes rows and another retypes a column in one transaction (trap 11)."""
    writing = {script.name for script in scripts if any(writes_rows(item) for item in script.statements)}
    retyping = {script.name for script in scripts if any(_retypes(item) for item in script.statements)}
    for retyper in sorted(retyping):
        for writer in sorted(writing - {retyper}):
            raise Refused(
                f"{writer} writes rows, {retyper} changes a type: in one transaction DuckLake would store other rows",
                hint="use --transaction each or group for these",
            )


class RenameWatch:
    """Finds the RENAME TO that leaves two tables of one id behind (trap 1, duckdb/ducklake#1339)."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._altered = False
        self._names = 0

    def before(self, statement: Statement) -> None:
        """Counts the names before a RENAME TO that follows an ALTER or COMMENT in the transaction."""
        if self._altered and renames_object(statement):
            self._names = self._count()

    def after(self, statement: Statement) -> None:
        """Raises CorruptsLake when a RENAME TO has left the old name there too."""
        if self._altered and renames_object(statement) and self._count() > self._names:
            raise CorruptsLake(
                "RENAME TO after an ALTER or COMMENT of the same object in one transaction makes the lake unreadable "
                "in this build of DuckLake; put RENAME TO first, or into a migration (not --transaction all) of its own"
            )
        self._altered = self._altered or statement.type == _Type.ALTER

    def _count(self) -> int:
        row = self._lake.connection.execute(
            "SELECT count(DISTINCT (schema_name, table_name)) FROM duckdb_columns() "
            f"WHERE database_name = {literal(self._lake.catalog)}"
        ).fetchone()
        assert row is not None
        return int(row[0])


_TOUCHED = """
SELECT table_id FROM {columns} WHERE begin_snapshot = {snapshot}
UNION SELECT table_id FROM {tables} WHERE begin_snapshot = {snapshot}
UNION SELECT view_id FROM {views} WHERE begin_snapshot = {snapshot}
"""
_TWICE = """
SELECT table_id FROM {columns} WHERE end_snapshot IS NULL AND table_id IN ({ids})
GROUP BY table_id, column_id HAVING count(*) > 1
UNION ALL
SELECT table_id FROM {tables} WHERE end_snapshot IS NULL AND table_id IN ({ids})
GROUP BY table_id HAVING count(*) > 1
UNION ALL
SELECT view_id FROM {views} WHERE end_snapshot IS NULL AND view_id IN ({ids})
GROUP BY view_id HAVING count(*) > 1
"""


def duplicated_ids(lake: Lake, snapshot: int) -> list[int]:
    """Gives the tables and views, among those that a lake snapshot touched, that are live twice or have a column twice.

    What DuckLake leaves after a RENAME TO that follows an ALTER is a second table of the same id, without a column.
    """
    names = {key: lake.metadata(f"ducklake_{key[:-1]}") for key in ("columns", "tables", "views")}
    touched = _ids(lake, _TOUCHED.format(**names, snapshot=snapshot))
    if not touched:
        return []
    return _ids(lake, _TWICE.format(**names, ids=", ".join(map(str, touched))))


def _ids(lake: Lake, query: str) -> list[int]:
    return sorted({row[0] for row in lake.connection.execute(query).fetchall()})


def _target(statement: Statement) -> str:
    """The name that a statement is about, without catalog and schema: a guard may be too careful, never too lax."""
    words = iter(statement.words)
    opening = next(words, "")
    marker = _INTO.get(opening)
    rest = _after(words, marker) if marker != opening else words
    name = ""
    for word in rest:
        if word in ("IF", "NOT", "EXISTS"):
            continue
        if name and not name.endswith(".") and word != ".":
            break
        name += word
    return name.rpartition(".")[2].strip('"')


def _after(words: Iterable[str], marker: str | None) -> Iterator[str]:
    found = False
    for word in words:
        if found:
            yield word
        found = found or word == marker


def _adds_default(statement: Statement) -> bool:
    return statement.type == _Type.ALTER and "ADD" in statement.words and "DEFAULT" in statement.words


def _retypes(statement: Statement) -> bool:
    return statement.type == _Type.ALTER and "TYPE" in statement.words
