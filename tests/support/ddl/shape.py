"""What random statements are made of: a schema, odd names and types."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from dt_contract.schema import Column, Macro, SchemaDocument, Table, View
from dt_lake.sql import name

NAMES = (
    *("plain", "Upper", "two words", 'quo"te', "select", "table", "Ünï", "semi;colon", "do.t", "it's", "日本"),
    *("1digit", "_x", "order", 'c,"d', "value", "element", "key", "int", "Group By", "lakes", "a\u0301", "-- no"),
)
TYPES = (
    *("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
    *("UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL(10,2)", "DECIMAL(38,0)", "VARCHAR", "BLOB", "JSON", "UUID", "DATE"),
    *("TIME", "TIMETZ", "TIME_NS", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"),
    *("INTERVAL", "VARIANT", "GEOMETRY", "GEOMETRY('OGC:CRS84')"),
)
DEFAULTS = {
    "BOOLEAN": ("true", "false"),
    "INTEGER": ("0", "-3", "1 + 2", "NULL", "'12'"),
    "HUGEINT": ("170141183460469231731687303715884105727",),
    "DOUBLE": ("-1.5", "1e300", "'inf'", "'nan'", "random()"),
    "DECIMAL(10,2)": ("1.50", "0"),
    "VARCHAR": ("''", "'it''s'", "5", "'5'", "'NULL'", "'null'", "current_user", "'a' || 'b'", "'\n'"),
    "BLOB": (r"'\xAB'", "'ab'::BLOB"),
    "JSON": ("""'{"a": [1]}'""", "'5'"),
    "UUID": ("gen_random_uuid()", "'00000000-0000-0000-0000-000000000001'"),
    "DATE": ("DATE '2020-02-29'", "'2020-02-29'", "today()"),
    "TIMETZ": ("'10:00:00+02'",),
    "TIMESTAMP": ("now()", "'2020-01-01 00:00:00.5'"),
    "TIMESTAMPTZ": ("now()", "'2020-01-01 00:00:00+00'"),
    "INTERVAL": ("INTERVAL 1 DAY", "'1 day'", "'5'"),
}
LITERALS = ("'5'", "'it''s'", "''", "NULL", "7", "-1", "true")
WIDER = {
    "TINYINT": ("SMALLINT", "BIGINT"),
    "SMALLINT": ("INTEGER",),
    "INTEGER": ("BIGINT",),
    "UTINYINT": ("USMALLINT", "INTEGER"),
    "USMALLINT": ("UINTEGER",),
    "UINTEGER": ("UBIGINT", "BIGINT"),
    "FLOAT": ("DOUBLE",),
    "TIMESTAMP": ("TIMESTAMPTZ",),
}


@dataclass(frozen=True)
class Shape:
    """A schema and the dice: what a statement is made of."""

    random: Random
    schema: SchemaDocument
    catalog: str

    def some_name(self) -> str:
        return name(self.random.choice(NAMES))

    def new_full_name(self) -> str:
        return name(self.catalog, self.random.choice(self.schema.schemas).name, self.random.choice(NAMES))

    def full_name(self, item: Table | View | Macro) -> str:
        return name(self.catalog, item.schema, item.name)

    def table(self) -> Table:
        """Raise IndexError when there is none."""
        return self.random.choice(self.schema.tables)

    def column(self) -> tuple[str, Column]:
        table = self.table()
        return self.full_name(table), self.random.choice(table.columns)

    def structs(self) -> list[tuple[str, list[str], Column]]:
        """Return the full name of the table, the path and the column of every struct, however deep."""
        return [
            (self.full_name(table), path, field)
            for table in self.schema.tables
            for column in table.columns
            for path, field in _nested([column.name], column)
            if field.type.startswith("STRUCT") and not field.type.endswith("]")
        ]

    def type(self, depth: int = 0) -> str:
        roll = self.random.random()
        if depth > 2 or roll < 0.65:
            return self.random.choice(TYPES)
        if roll < 0.8:
            names = self.random.sample(NAMES, self.random.randint(1, 4))
            return f"STRUCT({', '.join(f'{name(field)} {self.type(depth + 1)}' for field in names)})"
        if roll < 0.9:
            return f"{self.type(depth + 1)}[]"
        return f"MAP({self.random.choice(('VARCHAR', 'INTEGER'))}, {self.type(depth + 1)})"


def _nested(path: list[str], column: Column) -> Iterator[tuple[list[str], Column]]:
    yield path, column
    for field in column.fields:
        yield from _nested([*path, field.name], field)
