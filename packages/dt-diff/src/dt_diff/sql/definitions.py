"""What follows CREATE: tables, views and macros as statements."""

from collections.abc import Iterator, Sequence

from dt_contract.schema import Column, Macro, Overload, Parameter, Table, View
from dt_diff.sql.key_text import key_sql
from dt_diff.sql.names import Home, literal, sql_name

_WIDTH = 100
"""Characters of a line up to which a statement stands on one line."""

UNKNOWN_TYPES = frozenset(("LIST", "STRUCT", "MAP"))
"""What DuckLake keeps of a macro's parameter of a nested type; SQL has no such types."""


def column_sql(column: Column) -> str:
    """Return a column as CREATE TABLE takes it."""
    null = "" if column.nullable else " NOT NULL"
    default = "" if column.default is None else f" DEFAULT {column.default}"
    return f"{sql_name(column.name)} {column.type}{null}{default}"


def create_table(table: Table, home: Home) -> str:
    """Return CREATE TABLE, with a line for each column where one line is too long."""
    head, columns = f"CREATE TABLE {home.name(table.schema, table.name)}", [*map(column_sql, table.columns)]
    line = f"{head} ({', '.join(columns)})"
    if len(line) <= _WIDTH and "\n" not in line:
        return line
    return head + " (\n    " + ",\n    ".join(columns) + "\n)"


def create_view(view: View, home: Home, create: str = "CREATE") -> str:
    """Return CREATE VIEW or CREATE OR REPLACE VIEW."""
    aliases = f" ({', '.join(map(sql_name, view.column_aliases))})" if view.column_aliases else ""
    return f"{create} VIEW {home.name(view.schema, view.name)}{aliases} AS {home.query(view.sql)}"


def create_macro(macro: Macro, home: Home, create: str = "CREATE") -> str:
    """Return CREATE MACRO or CREATE OR REPLACE MACRO with all overloads."""
    head, several = f"{create} MACRO {home.name(macro.schema, macro.name)}", len(macro.overloads) > 1
    overloads = [_overload(overload, macro, home, several=several) for overload in macro.overloads]
    return head + (",".join(f"\n    {text}" for text in overloads) if several else overloads[0])


def comment_on(kind: str, name: str, comment: str | None) -> str:
    """Return COMMENT ON, of a kind such as TABLE."""
    return f"COMMENT ON {kind} {name} IS {'NULL' if comment is None else literal(comment)}"


def key_list(keys: Sequence[str]) -> str:
    """Return partition or sort keys, as a document has them, in parentheses."""
    return f"({', '.join(map(key_sql, keys))})"


def table_extras(table: Table, home: Home) -> Iterator[str]:
    """Return what CREATE TABLE can't say: keys and comments."""
    name = home.name(table.schema, table.name)
    if table.partition_by:
        yield f"ALTER TABLE {name} SET PARTITIONED BY {key_list(table.partition_by)}"
    if table.sorted_by:
        yield f"ALTER TABLE {name} SET SORTED BY {key_list(table.sorted_by)}"
    if table.comment is not None:
        yield comment_on("TABLE", name, table.comment)
    for column in table.columns:
        if column.comment is not None:
            yield comment_on("COLUMN", home.name(table.schema, table.name, column.name), column.comment)


def _overload(overload: Overload, macro: Macro, home: Home, *, several: bool) -> str:
    parameters = ", ".join(map(_parameter, overload.parameters))
    # A query of its own would take the comma after it for its own.
    sql = home.query(overload.sql)
    sql = f"({sql})" if several and macro.kind == "table" else sql
    return f"({parameters}) AS {'TABLE ' if macro.kind == 'table' else ''}{sql}"


def _parameter(parameter: Parameter) -> str:
    is_known = parameter.type is not None and parameter.type not in UNKNOWN_TYPES
    kind = f" {parameter.type}" if is_known else ""
    default = "" if parameter.default is None else f" := {parameter.default}"
    # DuckDB takes a string for no default of another type.
    cast = f"::{parameter.type}" if kind and default.startswith(" := '") and parameter.type != "VARCHAR" else ""
    return sql_name(parameter.name) + kind + default + cast
