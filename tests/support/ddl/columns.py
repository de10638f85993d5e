"""Statements on columns and the fields of nested ones."""

from dt_lake.sql import name
from support.ddl.shape import DEFAULTS, LITERALS, WIDER, Shape


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


def comment_column(s: Shape) -> str:
    table, column = s.column()
    return f"COMMENT ON COLUMN {table}.{name(column.name)} IS {s.random.choice(LITERALS[1:4])}"
