"""Statements on schemas and tables."""

from dt_contract.schema import Table, View
from dt_lake.sql import literal, name
from support.ddl.shape import DEFAULTS, LITERALS, NAMES, Shape


def create_schema(s: Shape) -> str:
    return f"CREATE SCHEMA {name(s.catalog)}.{s.some_name()}"


def drop_schema(s: Shape) -> str:
    droppable = [schema.name for schema in s.schema.schemas if schema.name != "main"]
    return f"DROP SCHEMA {name(s.catalog, s.random.choice(droppable))} CASCADE"


def create_table(s: Shape, create: str = "CREATE TABLE") -> str:
    columns = []
    for column in s.random.sample(NAMES, s.random.randint(1, 6)):
        sql = s.type()
        default = s.random.choice(DEFAULTS.get(sql, ("",)))
        clauses = [f"DEFAULT {default}"] if sql in DEFAULTS and s.random.random() < 0.4 else []
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
    choices: list[tuple[str, Table | View]] = [("TABLE", table) for table in s.schema.tables]
    choices += [("VIEW", view) for view in s.schema.views]
    kind, item = s.random.choice(choices)
    return f"COMMENT ON {kind} {s.full_name(item)} IS {s.random.choice(LITERALS[1:4])}"


def set_option(s: Shape) -> str:
    scope = s.random.choice(("", ", schema => {schema}", ", schema => {schema}, table_name => {table}"))
    table = s.table()
    scope = scope.format(schema=literal(table.schema), table=literal(table.name))
    size = s.random.choice(("5MB", "7MB"))
    return f"CALL ducklake_set_option({literal(s.catalog)}, 'target_file_size', '{size}'{scope})"
