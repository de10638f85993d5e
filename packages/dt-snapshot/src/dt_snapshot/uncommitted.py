"""Reads the schema that an open transaction would leave, from DuckDB's own catalog functions.

They show what is not committed yet, which the metadata tables do not. What they do not show is not in the
document: comments on tables, partitioning and sorting. Their ids are DuckDB's: an object that is altered or
replaced gets a new one.
"""

from itertools import groupby
from typing import Any

import duckdb
import duckdb.sqltypes

from dt_contract.schema import Column, Macro, Overload, Parameter, Schema, SchemaDocument, Table, View
from dt_lake.lake import Lake
from dt_lake.sql import literal
from dt_lake.sqltypes import literal_default
from dt_lake.tokens import tokens
from dt_snapshot.catalog_name import catalog_free
from dt_snapshot.fingerprint import schema_options

_SCHEMAS = "SELECT schema_name FROM duckdb_schemas() WHERE database_name = {catalog} ORDER BY 1"
_COLUMNS = """
SELECT schema_name, table_name, table_oid, column_name, data_type, is_nullable, column_default, comment
FROM duckdb_columns() WHERE database_name = {catalog} ORDER BY schema_name, table_name, column_index
"""
_VIEWS = """
SELECT schema_name, view_name, view_oid, sql, comment
FROM duckdb_views() WHERE database_name = {catalog} ORDER BY schema_name, view_name
"""
_MACROS = """
SELECT schema_name, function_name, function_type, parameters, macro_definition
FROM duckdb_functions() WHERE database_name = {catalog} ORDER BY schema_name, function_name, function_type
"""
_OPTIONS = "SELECT scope, scope_entry, option_name, value FROM ducklake_options({catalog}) ORDER BY ALL"


def read_uncommitted(lake: Lake) -> SchemaDocument:
    """Gives the schema as the open transaction of the lake's session sees it."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        return lake.connection.execute(query.format(catalog=literal(lake.catalog))).fetchall()

    views = tuple(_view(*row) for row in rows(_VIEWS))
    options = _options(rows(_OPTIONS))
    stored = SchemaDocument(
        schemas=tuple(Schema(name=name, options=options.get(name, {})) for (name,) in rows(_SCHEMAS)),
        tables=_tables(lake, rows(_COLUMNS), {(view.schema, view.name) for view in views}, options),
        views=views,
        macros=_macros(rows(_MACROS)),
        options=schema_options(options.get("", {})),
    )
    return catalog_free(lake, stored)


def _view(schema: str, name: str, oid: int, statement: str, comment: str | None) -> View:
    """DuckDB gives the statement `CREATE VIEW "name" (aliases) AS query;`."""
    cut = tokens(statement)
    words = [token.text.strip() for token in cut]
    begin = words.index("AS")
    return View(
        id=oid,
        schema=schema,
        name=name,
        column_aliases=tuple(_plain(word) for word in words[3:begin] if word not in ("(", ")", ",")),
        sql=statement.encode()[cut[begin].end :].decode().strip().removesuffix(";"),
        comment=comment,
    )


def _plain(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word


def _tables(
    lake: Lake, rows: list[tuple[Any, ...]], views: set[tuple[str, str]], options: dict[str, dict[str, str]]
) -> tuple[Table, ...]:
    return tuple(
        Table(
            id=oid,
            schema=schema,
            name=name,
            columns=tuple(_column(*row[3:]) for row in group),
            options=options.get(f"{schema}.{name}", {}),
        )
        for (schema, name, oid), group in groupby(rows, key=lambda row: row[:3])
        if (schema, name) not in views and not lake.is_history(schema, name)
    )


def _column(name: str, sql: str, nullable: bool, default: str | None, comment: str | None) -> Column:
    fields = _fields(duckdb.sqltype(sql)) if sql.endswith((")", "]")) else ()
    return Column(
        name=name, type=sql, nullable=nullable, default=_default(default, sql), comment=comment, fields=fields
    )


def _fields(type_: duckdb.sqltypes.DuckDBPyType) -> tuple[Column, ...]:
    if type_.id not in ("struct", "list", "map"):
        return ()
    return tuple(
        Column(name="element" if type_.id == "list" else name, type=str(child), fields=_fields(child))
        for name, child in type_.children
        if isinstance(child, duckdb.sqltypes.DuckDBPyType)
    )


def _default(text: str | None, sql: str) -> str | None:
    """A literal is shown as `3` before the commit and as `'3'` after it; none as nothing or as NULL."""
    if text is None or text == "NULL":
        return None
    inner = text[1:-1].replace("''", "'")
    return literal_default(inner, sql) if text.startswith("'") and text == literal(inner) else text


def _macros(rows: list[tuple[Any, ...]]) -> tuple[Macro, ...]:
    return tuple(
        Macro(
            schema=schema,
            name=name,
            kind="table" if kind == "table_macro" else "scalar",
            overloads=tuple(
                Overload(parameters=tuple(Parameter(name=parameter) for parameter in row[3]), sql=row[4])
                for row in group
            ),
        )
        for (schema, name, kind), group in groupby(rows, key=lambda row: row[:3])
    )


def _options(rows: list[tuple[Any, ...]]) -> dict[str, dict[str, str]]:
    """Options by the name of the schema or table that they are set on, and by the empty name for the lake's own."""
    found: dict[str, dict[str, str]] = {}
    for _, entry, key, value in rows:
        found.setdefault(entry or "", {})[key] = value
    return found
