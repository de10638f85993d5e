"""What DuckDB's own functions say of an attached lake, and a schema document in the same words."""

import re
from collections.abc import Iterable
from typing import Any

import duckdb

from dt_contract.schema import Column, SchemaDocument
from dt_lake.sql import literal, name
from dt_lake.tokens import tokens

Said = dict[str, Any]


def said(connection: duckdb.DuckDBPyConnection, catalog: str, history: str = "ducktracker_schema_history") -> Said:
    """Return what DuckDB says of the lake."""

    def rows(columns: str, function: str) -> list[Any]:
        query = f"SELECT schema_name, {columns} FROM {function}() WHERE database_name = {literal(catalog)}"
        return connection.execute(query).fetchall()

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
        "views": {
            row[:2]: (*_view(row[2], catalog), row[3]) for row in rows("view_name, sql, comment", "duckdb_views")
        },
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
        "views": {(view.schema, view.name): (view.column_aliases, view.sql, view.comment) for view in document.views},
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


def _view(statement: str, catalog: str) -> tuple[tuple[str, ...], str]:
    """Return column aliases and query of a CREATE VIEW."""
    cut = tokens(statement)
    words = [token.text.strip() for token in cut]
    begin = words.index("AS")
    aliases = tuple(_plain(word) for word in words[3:begin] if word not in {"(", ")", ","})
    query = statement.encode()[cut[begin].end :].decode().strip().removesuffix(";")
    return aliases, _free(query, catalog)


def _plain(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word


def _free(sql: str, catalog: str) -> str:
    """Take the catalog's name out; nothing else in these lakes bears it."""
    return sql.replace(f"{name(catalog)}.", "").replace(f"{catalog}.", "")
