"""How much a plan would lose: the rows of a table, or the values of its columns, as they were before it."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

import duckdb

from dt_contract.schema import Column, Table
from dt_diff.columns import nesting
from dt_lake.lake import Lake
from dt_lake.sql import literal, name
from ducktracker.drift.object_ids import Key
from ducktracker.plan.lost_rows import counted


def count_losses(lake: Lake, tables: Sequence[Table], at: int, lost: set[Key]) -> dict[Key, str]:
    """Return the number of rows of each lost table, and of values that are not NULL of each lost column, at a snapshot.

    One query a table. What can't be counted, such as what is in a list, is left out.
    """
    found: dict[Key, str] = {}
    for table in tables:
        whole = (table.id or 0, None)
        columns = {key: sql for key, sql in _expressions(table) if key in lost}
        if whole not in lost and not columns:
            continue
        counts = ", ".join(["count(*)", *(f"count({sql})" for sql in columns.values())])
        query = f"SELECT {counts} FROM {name(lake.catalog, table.schema, table.name)} AT (VERSION => {at})"
        with suppress(duckdb.Error):
            row = lake.connection.execute(query).fetchone() or ()
            found |= {key: _values(number) for key, number in zip(columns, row[1:], strict=True)}
            if whole in lost:
                found[whole] = counted(row[0], "row")
    return found


def _expressions(table: Table) -> Iterator[tuple[Key, str]]:
    """Each column, and each field in structs alone, with the SQL that reads it."""

    def walk(columns: Sequence[Column], parent: str | None) -> Iterator[tuple[Key, str]]:
        for column in columns:
            sql = name(column.name) if parent is None else f"struct_extract({parent}, {literal(column.name)})"
            yield (table.id or 0, column.id), sql
            if nesting(column) == "struct":
                yield from walk(column.fields, sql)

    return walk(table.columns, None)


def _values(number: int) -> str:
    return "1 value that is not NULL" if number == 1 else f"{number} values that are not NULL"
