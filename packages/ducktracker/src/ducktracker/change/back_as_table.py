"""Brings a lost table back with its rows. Pure: SQL."""

from collections.abc import Iterator

from dt_contract.schema import Column, Table
from dt_diff.sql.names import Home, sql_name
from ducktracker.change.missing import MissingColumn, missing_columns
from ducktracker.change.past import Found, path_to
from ducktracker.change.values import replaced, shaped

_ROW = "ducktracker_row"


class BackAsTable:
    """The SQL for one table as it was `found` last; `earlier` has, by id, the past of columns that went before it."""

    def __init__(self, table: Table, found: Found, earlier: dict[int, Found], home: Home, number: int) -> None:
        self.table = table
        self._found = found
        self._earlier = {key: past for key, past in earlier.items() if past.snapshot < found.snapshot}
        self._home = home
        self._name = f"ducktracker_past_{number}"

    def reads(self) -> Iterator[str]:
        """Yield what reads the past into temporary tables."""
        then = self._found.table
        values = [
            f"{self._value(column)} AS ducktracker_value_{place}" for place, column in enumerate(self.table.columns)
        ]
        yield self._read(self._name, self._found, then, values)
        for at in sorted({past.snapshot for past in self._earlier.values()}):
            past = next(past for past in self._earlier.values() if past.snapshot == at)
            kept = {key: own for key, own in self._earlier.items() if own.snapshot == at}
            values = [f"{self._then(key, own.table)} AS ducktracker_field_{key}" for key, own in kept.items()]
            yield self._read(f"{self._name}_{at}", past, past.table, values)

    def insert(self) -> str:
        """Return what fills the table, in the order in which its rows were."""
        columns = ", ".join(sql_name(column.name) for column in self.table.columns)
        joins = "".join(
            f"\nLEFT JOIN {self._name}_{at} ON {self._name}_{at}.{_ROW} = {self._name}.{_ROW}"
            for at in sorted({past.snapshot for past in self._earlier.values()})
        )
        return (
            f"INSERT INTO {self._home.name(self.table.schema, self.table.name)} ({columns})\n"
            f"SELECT {', '.join(self._inserted(place) for place in range(len(self.table.columns)))}\n"
            f"FROM {self._name}{joins}\nORDER BY {self._name}.{_ROW}"
        )

    def is_created_by(self, sql: str) -> bool:
        """Whether a statement creates the table."""
        return sql.startswith(f"CREATE TABLE {self._home.name(self.table.schema, self.table.name)} (")

    def count(self) -> str:
        """Return the query for the number of rows that come back."""
        then = self._found.table
        return f"SELECT count(*) FROM {self._home.name(then.schema, then.name)} AT (VERSION => {self._found.snapshot})"

    def _read(self, name: str, past: Found, then: Table, values: list[str]) -> str:
        return (
            f"CREATE OR REPLACE TEMP TABLE {name} AS\nSELECT rowid AS {_ROW}, {', '.join(values)} "
            f"FROM {self._home.name(then.schema, then.name)} AT (VERSION => {past.snapshot})"
        )

    def _value(self, column: Column) -> str:
        path = path_to(self._found.table.columns, column.id)
        if not path:
            return f"CAST(NULL AS {column.type})"
        return shaped(column, path[-1], sql_name(path[-1].name))

    def _then(self, column_id: int, table: Table) -> str:
        wanted, path = path_to(self.table.columns, column_id)[-1], path_to(table.columns, column_id)
        return shaped(wanted, path[-1], sql_name(*(part.name for part in path)))

    def _inserted(self, place: int) -> str:
        column, value = self.table.columns[place], f"{self._name}.ducktracker_value_{place}"
        fields = {key: f"{self._name}_{past.snapshot}.ducktracker_field_{key}" for key, past in self._earlier.items()}
        if column.id in fields:
            return fields[column.id]
        own = {key: made for key, made in fields.items() if path_to(column.fields, key)}
        return replaced(column, value, own) if own else value


def gone_before(table: Table, found: Found) -> list[MissingColumn]:
    """Return the columns and fields that a table had lost before it was lost, but those in elements of a list."""
    return [item for item in missing_columns(table, found.table) if not item.in_elements]
