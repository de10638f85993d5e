"""Brings lost columns and fields of a table back, with the values that their rows had. Pure: SQL and numbers."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dt_contract.schema import Column, Table
from dt_diff.sql.names import Home, sql_name
from ducktracker.change.missing import MissingColumn
from ducktracker.change.past import Found, path_to
from ducktracker.change.values import replaced, shaped

_ROW = "ducktracker_row"


class Item(NamedTuple):
    """A column that is to come back, and the past that has its values, if any has."""

    missing: MissingColumn
    found: Found | None


class Counts(NamedTuple):
    """Rows of the table, and for each item those that the past has, those that would be NULL, and those that get a
    value of the past back.
    """

    rows: int
    known: tuple[int, ...]
    nulls: tuple[int, ...]
    values: tuple[int, ...]


class BackInTable:
    """The SQL for one table. `number` keeps its temporary tables apart from those of others."""

    def __init__(self, table: Table, items: Sequence[Item], fill: str | None, home: Home, number: int) -> None:
        self._table = table
        self._items = items
        self._fill = fill
        self._home = home
        past = {item.found.snapshot: item.found for item in items if item.found and not item.missing.in_elements}
        self._past = dict(sorted(past.items()))
        self._names = {at: f"ducktracker_past_{number}_{at}" for at in self._past}

    def reads(self) -> Iterator[str]:
        """Yield what reads the past into temporary tables, before any change of the table."""
        for at in self._past:
            yield f"CREATE OR REPLACE TEMP TABLE {self._names[at]} AS\n{self._read(at)}"

    def count(self) -> str:
        """Return the query for `Counts`, to be run while the table is as it is before."""
        known = [f"count({self._names[at]}.{_ROW})" if at in self._names else "0" for at in self._places()]
        nulls = [f"count(*) FILTER (WHERE ({self._value(index)}) IS NULL)" for index in range(len(self._items))]
        values = [f"count(*) FILTER (WHERE {self._comes_back(index)})" for index in range(len(self._items))]
        joined = self._joined(self._table, {at: f"({self._read(at)})" for at in self._past})
        return f"SELECT count(*), {', '.join([*known, *nulls, *values])} FROM {joined}"

    def counts(self, row: Sequence[int]) -> Counts:
        """Return the answer to that query."""
        size = len(self._items)
        return Counts(row[0], *(tuple(row[1 + at * size : 1 + (at + 1) * size]) for at in range(3)))

    def update(self, after: Table) -> str | None:
        """Return what sets the values, None if there are none; `after` is the table with the columns added."""
        values: dict[int | None, str] = {}
        fields: dict[int | None, dict[int, str]] = {}
        selected = []
        for index, item in enumerate(self._items):
            if not self._has_value(index):
                continue
            selected.append(f"{self._value(index)} AS ducktracker_value_{index}")
            column, made = item.missing.column, f"ducktracker_new.ducktracker_value_{index}"
            top = path_to(after.columns, column.id)[0]
            if top.id == column.id:
                values[top.id] = made
            else:
                fields.setdefault(top.id, {})[column.id or 0] = made
        if not selected:
            return None
        columns = {column.id: column for column in after.columns}
        own = sql_name(after.name)
        for key, inner in fields.items():
            values[key] = replaced(columns[key], f"{own}.{sql_name(columns[key].name)}", inner)
        sets = ",\n    ".join(f"{sql_name(columns[key].name)} = {value}" for key, value in values.items())
        read = f"    SELECT {own}.rowid AS {_ROW}, {', '.join(selected)}\n    FROM {self._joined(after, self._names)}"
        return (
            f"UPDATE {self._home.name(after.schema, after.name)} AS {own} SET\n    {sets}\n"
            f"FROM (\n{read}\n) AS ducktracker_new\nWHERE {own}.rowid = ducktracker_new.{_ROW}"
        )

    def _has_value(self, index: int) -> bool:
        item = self._items[index]
        return not item.missing.in_elements and (item.found is not None or self._fill is not None)

    def _places(self) -> list[int | None]:
        return [item.found.snapshot if item.found and not item.missing.in_elements else None for item in self._items]

    def _read(self, at: int) -> str:
        found = self._past[at]
        values = [
            f"{_then(item.missing.column, found.table)} AS ducktracker_value_{index}"
            for index, item in enumerate(self._items)
            if self._places()[index] == at
        ]
        table = self._home.name(found.table.schema, found.table.name)
        return f"SELECT rowid AS {_ROW}, {', '.join(values)} FROM {table} AT (VERSION => {at})"

    def _joined(self, table: Table, pasts: dict[int, str]) -> str:
        own = sql_name(table.name)
        joins = [
            f"LEFT JOIN {past}{'' if past == self._names[at] else f' AS {self._names[at]}'}"
            f" ON {self._names[at]}.{_ROW} = {own}.rowid"
            for at, past in pasts.items()
        ]
        return " ".join([f"{self._home.name(table.schema, table.name)} AS {own}", *joins])

    def _comes_back(self, index: int) -> str:
        """Whether a row gets a value of the past that is not NULL; a field of a struct that is NULL gets none."""
        item, at = self._items[index], self._places()[index]
        if at is None:
            return "false"
        there = path_to(self._table.columns, item.missing.path[-2].id) if len(item.missing.path) > 1 else ()
        holder = sql_name(self._table.name, *(part.name for part in there))
        is_held = f" AND {holder} IS NOT NULL" if there else ""
        return f"{self._names[at]}.ducktracker_value_{index} IS NOT NULL{is_held}"

    def _value(self, index: int) -> str:
        item, at = self._items[index], self._places()[index]
        kind = item.missing.column.type
        filled = f"CAST(({self._fill}\n) AS {kind})" if self._fill and not item.missing.in_elements else "NULL"
        if at is None:
            return filled
        value = f"{self._names[at]}.ducktracker_value_{index}"
        return f"CASE WHEN {self._names[at]}.{_ROW} IS NULL THEN {filled} ELSE {value} END" if self._fill else value


def _then(column: Column, table: Table) -> str:
    """The value that a column had in a table as it was."""
    path = path_to(table.columns, column.id)
    return shaped(column, path[-1], sql_name(*(part.name for part in path)))
