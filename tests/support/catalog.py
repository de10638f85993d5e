"""What DuckDB's own functions say of an attached lake, and a schema document in the same words.

It is to find the mistakes of the code that it tests, so it shares none of it, and cuts no SQL: what a document says of
a view is put together as DuckDB writes it.
"""

import functools
import re
from collections.abc import Iterable
from typing import Any

import duckdb

from dt_contract.schema import Column, SchemaDocument, View

Said = dict[str, Any]


def said(connection: duckdb.DuckDBPyConnection, catalog: str, history: str = "ducktracker_schema_history") -> Said:
    """Return what DuckDB says of the lake."""

    def rows(columns: str, function: str) -> list[Any]:
        query = f"SELECT schema_name, {columns} FROM {function}() WHERE database_name = ?"
        return connection.execute(query, [catalog]).fetchall()

    tables: dict[Any, Any] = {
        row[:2]: (row[2], []) for row in rows("table_name, comment", "duckdb_tables") if row[1] != history
    }
    columns = rows(
        "table_name, column_name, data_type, is_nullable, column_default, comment, column_index", "duckdb_columns"
    )
    for schema, table, *column, _ in sorted(columns, key=lambda row: row[-1]):
        if (schema, table) in tables:
            tables[schema, table][1].append(tuple(column))
    return {
        "schemas": sorted(row[0] for row in rows("1", "duckdb_schemas")),
        "tables": {
            key: (comment, [_stated(column) for column in columns]) for key, (comment, columns) in tables.items()
        },
        "views": {row[:2]: (_free(row[2], catalog), row[3]) for row in rows("view_name, sql, comment", "duckdb_views")},
        "macros": _macros(
            (schema, macro, kind, names, types, _free(sql, catalog))
            for schema, macro, kind, names, types, sql in rows(
                "function_name, function_type, parameters, parameter_types, macro_definition", "duckdb_functions"
            )
        ),
    }


def shown(document: SchemaDocument) -> Said:
    """Return what the document says of the lake."""
    kinds = {"scalar": "macro", "table": "table_macro"}
    return {
        "schemas": [schema.name for schema in document.schemas],
        "tables": {
            (table.schema, table.name): (table.comment, [*map(_shown, table.columns)]) for table in document.tables
        },
        "views": {(view.schema, view.name): (_created(view), view.comment) for view in document.views},
        "macros": _macros(
            (
                macro.schema,
                macro.name,
                kinds[macro.kind],
                [p.name for p in o.parameters],
                [p.type for p in o.parameters],
                o.sql,
            )
            for macro in document.macros
            for o in macro.overloads
        ),
    }


def differences(ours: Said, theirs: Said) -> list[tuple[Any, ...]]:
    """Return key, our word and their word of all that differs."""
    found: list[tuple[Any, ...]] = []
    if ours["schemas"] != theirs["schemas"]:
        found.append(("schemas", ours["schemas"], theirs["schemas"]))
    for kind in ("tables", "views", "macros"):
        keys = {**ours[kind], **theirs[kind]}
        pairs = ((key, ours[kind].get(key), theirs[kind].get(key)) for key in keys)
        found += [(kind, *pair) for pair in pairs if pair[1] != pair[2]]
    return found


def _macros(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[str, str, str], list[tuple[Any, ...]]]:
    found: dict[tuple[str, str, str], list[tuple[Any, ...]]] = {}
    for schema, macro, kind, names, types, sql in rows:
        found.setdefault((schema, macro, kind), []).append((names, types, sql))
    return found


def _stated(column: tuple[Any, ...]) -> tuple[Any, ...]:
    """DuckDB states no default as NULL too."""
    column_name, sql, nullable, default, comment = column
    return column_name, sql, nullable, None if default == "NULL" else default, comment


def _shown(column: Column) -> tuple[Any, ...]:
    """DuckDB quotes numbers too: `'3'` for 3."""
    is_number = re.fullmatch(r"[-+]?\d[\d.e+-]*", column.default or "")
    default = f"'{column.default}'" if is_number else column.default
    return column.name, column.type, column.nullable, default, column.comment


def _created(view: View) -> str:
    """Return the statement that creates it, as DuckDB writes that of a DuckLake: without the schema."""
    aliases = f" ({', '.join(map(_written, view.column_aliases))})" if view.column_aliases else ""
    return f"CREATE VIEW {_written(view.name)}{aliases} AS {view.sql};"


@functools.cache
def _written(identifier: str) -> str:
    """Return a name as DuckDB writes it, which knows best where quotes are needed."""
    quoted = '"' + identifier.replace('"', '""') + '"'
    query = "SELECT json_deserialize_sql(json_serialize_sql(?))"
    with duckdb.connect() as connection:
        row = connection.execute(query, [f"SELECT {quoted}"]).fetchone()
    assert row is not None
    return str(row[0]).removeprefix("SELECT ")


def _free(sql: str, catalog: str) -> str:
    """Take the catalog's name out; nothing else in these lakes bears it."""
    return sql.replace(f"{_written(catalog)}.", "").replace(f"{catalog}.", "")
