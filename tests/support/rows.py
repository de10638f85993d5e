"""A few rows for every table: a value in every column, which can be cast to what its column may become."""

from dt_contract.schema import Column, SchemaDocument, Table
from dt_diff.sql.names import sql_name

_VALUES = {
    "BOOLEAN": "true",
    "UUID": "'00000000-0000-0000-0000-000000000001'",
    "GEOMETRY": "'POINT(1 1)'",
    "GEOMETRY('OGC:CRS84')": "'POINT(1 1)'",
    "INTERVAL": "INTERVAL 1 DAY",
}


def rows_of(schema: SchemaDocument) -> list[str]:
    """Return an INSERT for each table."""
    return [_insert(table) for table in schema.tables]


def _insert(table: Table) -> str:
    row = f"({', '.join(map(_value, table.columns))})"
    return f"INSERT INTO {sql_name(table.schema, table.name)} VALUES {row}, {row}"


def _value(column: Column) -> str:
    if column.type.endswith("[]"):
        return f"[{_value(column.fields[0])}]"
    if column.type.startswith("MAP("):
        return f"MAP {{{_value(column.fields[0])}: {_value(column.fields[1])}}}"
    if column.fields:
        return "{" + ", ".join(f"'{field.name}': {_value(field)}" for field in column.fields) + "}"
    if column.type.startswith(("DATE", "TIMESTAMP")):
        return "'2020-02-03'"
    if column.type.startswith("TIME"):
        return "'10:00:00'"
    return _VALUES.get(column.type, "'1'")
