"""Random DDL: one statement that a lake of a given schema may take, of every kind that DuckLake knows."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from dt_contract.schema import Column, Macro, SchemaDocument, Table, View
from dt_lake.sql import literal, name

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
PARAMETERS = (
    "a",
    '"A b" INTEGER',
    "c DECIMAL(10,2)",
    "d TIMETZ",
    "e STRUCT(x INTEGER)",
    "f INTEGER[]",
    '"select" DATE',
)
# DuckLake takes only these constants: another one, as [1], commits and leaves a lake that nobody can open again.
DEFAULTED = (
    "g := 5",
    "h VARCHAR := 'it''s'",
    "i := 'NULL'",
    "j := true",
    "k := -1.5",
    "l DATE := DATE '2020-02-29'",
    "m := ''",
)
EXPRESSIONS = ("42", "'a;b'", "1 + 2", "$$it's$$", "(SELECT 1)", "CASE WHEN true THEN 1 END", "{'a': 1}", "[1, 2]")


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
        """Raises IndexError when there is none."""
        return self.random.choice(self.schema.tables)

    def column(self) -> tuple[str, Column]:
        table = self.table()
        return self.full_name(table), self.random.choice(table.columns)

    def structs(self) -> list[tuple[str, list[str], Column]]:
        """Gives the full name of the table, the path and the column of every struct, however deep."""
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


def create_schema(s: Shape) -> str:
    return f"CREATE SCHEMA {name(s.catalog)}.{s.some_name()}"


def drop_schema(s: Shape) -> str:
    droppable = [schema.name for schema in s.schema.schemas if schema.name != "main"]
    return f"DROP SCHEMA {name(s.catalog, s.random.choice(droppable))} CASCADE"


def create_table(s: Shape, create: str = "CREATE TABLE") -> str:
    columns = []
    for column in s.random.sample(NAMES, s.random.randint(1, 6)):
        sql = s.type()
        default = s.random.choice(DEFAULTS.get(sql, ("NULL",)))
        clauses = [f"DEFAULT {default}"] if s.random.random() < 0.4 and sql.isascii() and "(" not in sql[:6] else []
        clauses += ["NOT NULL"] if s.random.random() < 0.2 else []
        columns.append(" ".join([name(column), sql, *clauses]))
    return f"{create} {s.new_full_name()} ({', '.join(columns)})"


def replace_table(s: Shape) -> str:
    return f"CREATE OR REPLACE TABLE {s.full_name(s.table())} AS SELECT 1 AS {s.some_name()}"


def create_table_as(s: Shape) -> str:
    return f"CREATE TABLE {s.new_full_name()} AS FROM {s.full_name(s.table())}"


def drop_table(s: Shape) -> str:
    return f"DROP TABLE {s.full_name(s.table())}"


def rename_table(s: Shape) -> str:
    return f"ALTER TABLE {s.full_name(s.table())} RENAME TO {s.some_name()}"


def add_column(s: Shape) -> str:
    sql = s.random.choice(("INTEGER", "VARCHAR", "DATE", "BOOLEAN", s.type()))
    default = {"INTEGER": " DEFAULT 7", "VARCHAR": " DEFAULT 'x'", "DATE": " DEFAULT '2020-02-29'"}.get(sql, "")
    return f"ALTER TABLE {s.full_name(s.table())} ADD COLUMN {s.some_name()} {sql}{default}"


def drop_column(s: Shape) -> str:
    table, column = s.column()
    return f"ALTER TABLE {table} DROP COLUMN {name(column.name)}"


def rename_column(s: Shape) -> str:
    table, column = s.column()
    return f"ALTER TABLE {table} RENAME COLUMN {name(column.name)} TO {s.some_name()}"


def set_not_null(s: Shape) -> str:
    table, column = s.column()
    return f"ALTER TABLE {table} ALTER COLUMN {name(column.name)} SET NOT NULL"


def drop_not_null(s: Shape) -> str:
    choices = [(table, column) for table in s.schema.tables for column in table.columns if not column.nullable]
    table, column = s.random.choice(choices)
    return f"ALTER TABLE {s.full_name(table)} ALTER COLUMN {name(column.name)} DROP NOT NULL"


def set_default(s: Shape) -> str:
    table, column = s.column()
    default = s.random.choice(DEFAULTS.get(column.type, LITERALS))
    return f"ALTER TABLE {table} ALTER COLUMN {name(column.name)} SET DEFAULT {default}"


def drop_default(s: Shape) -> str:
    choices = [(table, column) for table in s.schema.tables for column in table.columns if column.default]
    table, column = s.random.choice(choices)
    return f"ALTER TABLE {s.full_name(table)} ALTER COLUMN {name(column.name)} DROP DEFAULT"


def widen(s: Shape) -> str:
    choices = [(table, column) for table in s.schema.tables for column in table.columns if column.type in WIDER]
    table, column = s.random.choice(choices)
    wider = s.random.choice(WIDER[column.type])
    return f"ALTER TABLE {s.full_name(table)} ALTER COLUMN {name(column.name)} TYPE {wider}"


def add_field(s: Shape) -> str:
    table, path, _ = s.random.choice(s.structs())
    return f"ALTER TABLE {table} ADD COLUMN {name(*path)}.{s.some_name()} {s.type(1)}"


def drop_field(s: Shape) -> str:
    # A struct's only field can't be dropped, and the failed COMMIT keeps the lake's file open until the process ends.
    table, path, column = s.random.choice([struct for struct in s.structs() if len(struct[2].fields) > 1])
    return f"ALTER TABLE {table} DROP COLUMN {name(*path, s.random.choice(column.fields).name)}"


def rename_field(s: Shape) -> str:
    table, path, column = s.random.choice(s.structs())
    return f"ALTER TABLE {table} RENAME {name(*path, s.random.choice(column.fields).name)} TO {s.some_name()}"


def partition(s: Shape) -> str:
    table, column = s.column()
    transforms = ("{}", "bucket(4, {})", "year({})", "month({})", "day({})", "hour({})")
    return f"ALTER TABLE {table} SET PARTITIONED BY ({s.random.choice(transforms).format(name(column.name))})"


def unpartition(s: Shape) -> str:
    return f"ALTER TABLE {s.full_name(s.table())} RESET PARTITIONED BY"


def sort(s: Shape) -> str:
    table, column = s.column()
    order = s.random.choice(("", " DESC", " ASC NULLS FIRST"))
    return f"ALTER TABLE {table} SET SORTED BY ({name(column.name)}{order})"


def unsort(s: Shape) -> str:
    return f"ALTER TABLE {s.full_name(s.table())} RESET SORTED BY"


def comment(s: Shape) -> str:
    kind, item = s.random.choice(
        [*(("TABLE", table) for table in s.schema.tables), *(("VIEW", view) for view in s.schema.views)]
    )
    return f"COMMENT ON {kind} {s.full_name(item)} IS {s.random.choice(LITERALS[1:4])}"


def comment_column(s: Shape) -> str:
    table, column = s.column()
    return f"COMMENT ON COLUMN {table}.{name(column.name)} IS {s.random.choice(LITERALS[1:4])}"


def create_view(s: Shape, create: str = "CREATE VIEW") -> str:
    aliases = f" ({s.some_name()}, b)" if s.random.random() < 0.3 else ""
    return f"{create} {s.new_full_name()}{aliases} AS SELECT {s.random.choice(EXPRESSIONS)}, * FROM {_source(s)}"


def replace_view(s: Shape) -> str:
    return create_view(s, "CREATE OR REPLACE VIEW")


def _source(s: Shape) -> str:
    return s.full_name(s.table()) if s.random.random() < 0.8 else "range(3) AS t(x)"


def rename_view(s: Shape) -> str:
    return f"ALTER VIEW {s.full_name(s.random.choice(s.schema.views))} RENAME TO {s.some_name()}"


def drop_view(s: Shape) -> str:
    return f"DROP VIEW {s.full_name(s.random.choice(s.schema.views))}"


def create_macro(s: Shape, create: str = "CREATE MACRO") -> str:
    overloads = []
    for count in sorted(s.random.sample(range(4), s.random.randint(1, 3))):
        parameters = [*s.random.sample(PARAMETERS, count), *s.random.sample(DEFAULTED, s.random.randint(0, 2))]
        overloads.append(f"({', '.join(parameters)}) AS {_body(s)}")
    return f"{create} {s.new_full_name()} {', '.join(overloads[:1] if s.random.random() < 0.5 else overloads)}"


def _body(s: Shape) -> str:
    expression = s.random.choice(EXPRESSIONS)
    return f"({expression}, (SELECT count(*) FROM {_source(s)}))" if s.random.random() < 0.4 else expression


def create_table_macro(s: Shape) -> str:
    parameters = ", ".join([*s.random.sample(PARAMETERS, 2), s.random.choice(DEFAULTED)])
    return f"CREATE MACRO {s.new_full_name()} ({parameters}) AS TABLE SELECT * FROM {_source(s)}"


def replace_macro(s: Shape) -> str:
    return create_macro(s, "CREATE OR REPLACE MACRO")


def drop_macro(s: Shape) -> str:
    macro = s.random.choice(s.schema.macros)
    return f"DROP MACRO {'TABLE ' if macro.kind == 'table' else ''}{s.full_name(macro)}"


def set_option(s: Shape) -> str:
    scope = s.random.choice(("", ", schema => {schema}", ", schema => {schema}, table_name => {table}"))
    table = s.table()
    scope = scope.format(schema=literal(table.schema), table=literal(table.name))
    size = s.random.choice(("5MB", "7MB"))
    return f"CALL ducklake_set_option({literal(s.catalog)}, 'target_file_size', '{size}'{scope})"


KINDS: tuple[Callable[[Shape], str], ...] = (
    *(create_schema, create_table, create_table, create_table, create_table, replace_table, create_table_as),
    *(drop_schema, drop_table, rename_table, add_column, add_column, drop_column, rename_column, set_not_null),
    *(drop_not_null, set_default, set_default, drop_default, widen, add_field, add_field, drop_field, rename_field),
    *(rename_field, partition, unpartition, sort, unsort, comment, comment_column, create_view, create_view),
    *(replace_view, rename_view, drop_view, create_macro, create_macro, create_table_macro, replace_macro),
    *(drop_macro, set_option),
)


class Dice:
    """Gives statements of all kinds: every kind comes up in every round."""

    def __init__(self, random: Random, catalog: str) -> None:
        self._random = random
        self._catalog = catalog
        self._round: list[Callable[[Shape], str]] = []

    def statement(self, schema: SchemaDocument) -> str:
        """Gives a statement for a lake of this schema; the lake may refuse it."""
        while True:
            self._round = self._round or self._random.sample(KINDS, len(KINDS))
            with suppress(IndexError):
                return self._round.pop()(Shape(self._random, schema, self._catalog))
