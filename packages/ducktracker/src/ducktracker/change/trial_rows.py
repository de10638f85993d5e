"""Rows for a trial: DuckLake sets NOT NULL only where there are some."""

from collections.abc import Sequence
from contextlib import suppress

import duckdb

from dt_contract.schema import SchemaDocument, Table
from dt_diff.identity import identity_of
from dt_diff.matching import match
from dt_lake.lake import Lake
from dt_lake.sql import name

_VALUES = ("0", "2000-01-01", "00:00:00", "0 days", "00000000-0000-0000-0000-000000000000", "[]", "{}")
"""One of these is a value of any type that can be NOT NULL."""
_MANY = 100
"""DuckLake keeps few rows in the catalog, and can't partition or sort those."""


def without_nulls(expected: SchemaDocument, wanted: SchemaDocument) -> list[Table]:
    """Return the tables in which the SQL between two schemas forbids NULL in a column that may hold it before."""
    pairs = match(expected.tables, wanted.tables, identity_of(expected, wanted).tables).pairs
    return [before for before, after in pairs if _required(after) - _required(before)]


def fill(lake: Lake, tables: Sequence[Table]) -> None:
    """Insert rows without NULL into tables, but for those with a column of a type that none of the values has."""
    for table in tables:
        values = ", ".join(_value(column.type) for column in table.columns)
        target = name(lake.catalog, table.schema, table.name)
        with suppress(duckdb.Error):
            lake.connection.execute(f"INSERT INTO {target} SELECT {values} FROM range({_MANY})")


def _required(table: Table) -> set[int | str]:
    return {column.id or column.name for column in table.columns if not column.nullable}


def _value(sql_type: str) -> str:
    return f"coalesce({', '.join(f'TRY_CAST({value!r} AS {sql_type})' for value in _VALUES)})"
