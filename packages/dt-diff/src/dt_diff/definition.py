"""Objects and their properties as short SQL-like text."""

from dt_contract.diff import Detail
from dt_contract.schema import Column, Macro, Overload, Parameter, Table
from dt_diff.names import quote


def column_definition(column: Column) -> str:
    """Return what follows the column's name in SQL: `VARCHAR NOT NULL DEFAULT 'x'`."""
    null = "" if column.nullable else " NOT NULL"
    default = "" if column.default is None else f" DEFAULT {column.default}"
    return f"{column.type}{null}{default}"


def table_definition(table: Table) -> str:
    """Return the columns in parentheses: `(id INTEGER, name VARCHAR)`."""
    return f"({', '.join(f'{quote(column.name)} {column_definition(column)}' for column in table.columns)})"


def macro_definition(macro: Macro) -> str:
    """Return each overload on a line of its own: `(x, y := 1) AS x + y`, or `(x) AS TABLE SELECT x`."""
    word = "AS TABLE" if macro.kind == "table" else "AS"
    return ",\n".join(f"({_parameters(overload)}) {word} {overload.sql}" for overload in macro.overloads)


def names(identifiers: tuple[str, ...]) -> str | None:
    """Return the quoted identifiers separated by commas, None without any."""
    return listed(tuple(map(quote, identifiers)))


def listed(expressions: tuple[str, ...]) -> str | None:
    """Return the SQL expressions separated by commas, None without any."""
    return ", ".join(expressions) or None


def differing(*properties: tuple[str, str | None, str | None]) -> tuple[Detail, ...]:
    """Return a detail for each (field, before, after) that differs."""
    return tuple(
        Detail(field=field, before=before, after=after) for field, before, after in properties if before != after
    )


def _parameters(overload: Overload) -> str:
    return ", ".join(map(_parameter, overload.parameters))


def _parameter(parameter: Parameter) -> str:
    kind = "" if parameter.type is None else f" {parameter.type}"
    default = "" if parameter.default is None else f" := {parameter.default}"
    return quote(parameter.name) + kind + default
