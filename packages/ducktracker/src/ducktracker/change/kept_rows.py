"""The rows that migrations wrote, as text and as the SQL that writes them again."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from dt_contract.schema import Column, SchemaDocument, Table
from dt_diff.sql.names import Home, literal, sql_name
from dt_diff.sql.script import Statement
from dt_lake.lake import Lake
from dt_lake.sql import name

_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?|true|false")
_PLAIN_TYPES = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*|BOOLEAN")


Row: TypeAlias = tuple[str | None, ...]


class TableRows(NamedTuple):
    """A table and its rows in their order, each value as DuckDB writes it."""

    table: Table
    rows: tuple[Row, ...]


def read_rows(lake: Lake, schema: SchemaDocument, most: int) -> list[TableRows]:
    """Return the tables that hold rows, with at most so many rows of each."""
    written = f"SELECT table_id FROM {lake.metadata('ducklake_table_stats')} WHERE next_row_id > 0"
    ids = {table_id for (table_id,) in lake.connection.execute(written).fetchall()}
    found = (TableRows(table, _rows(lake, table, most)) for table in schema.tables if table.id in ids)
    return [item for item in found if item.rows]


def inserts(found: Iterable[TableRows], home: Home) -> tuple[Statement, ...]:
    """Return an INSERT for each table."""
    return tuple(Statement(_insert(item, home)) for item in found)


def same_rows(one: Iterable[TableRows], other: Iterable[TableRows]) -> bool:
    """Whether the tables of two lakes hold the same rows, in whatever order."""
    return _by_name(one) == _by_name(other)


def _by_name(found: Iterable[TableRows]) -> dict[tuple[str, str], Counter[Row]]:
    return {(item.table.schema, item.table.name): Counter(item.rows) for item in found}


def _rows(lake: Lake, table: Table, most: int) -> tuple[Row, ...]:
    values = ", ".join(f"CAST({name(column.name)} AS VARCHAR)" for column in table.columns)
    query = f"SELECT {values} FROM {name(lake.catalog, table.schema, table.name)} ORDER BY rowid LIMIT {most}"
    return tuple(lake.connection.execute(query).fetchall())


def _insert(item: TableRows, home: Home) -> str:
    columns = ", ".join(sql_name(column.name) for column in item.table.columns)
    rows = ",\n".join(f"    ({', '.join(_values(item.table.columns, row))})" for row in item.rows)
    return f"INSERT INTO {home.name(item.table.schema, item.table.name)} ({columns}) VALUES\n{rows}"


def _values(columns: Sequence[Column], row: Sequence[str | None]) -> Iterable[str]:
    for column, value in zip(columns, row, strict=True):
        if value is None:
            yield "NULL"
        else:
            is_plain = _PLAIN_TYPES.fullmatch(column.type) and _PLAIN.fullmatch(value)
            yield value if is_plain else literal(value)
