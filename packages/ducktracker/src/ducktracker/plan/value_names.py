"""Names of columns that are made of values of rows, as a PIVOT makes them, and a schema without them. Pure."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from dt_contract.identifiers import fold
from dt_contract.schema import Column, SchemaDocument
from dt_lake.tokens import tokens
from dt_lint.script.statements import Script
from dt_snapshot.versions import Versions


def without_value_names(
    base: SchemaDocument, scripts: Sequence[Script], end: SchemaDocument, versions: Versions
) -> tuple[SchemaDocument, Versions]:
    """Return the schema and the versions that led there with other names for the columns that no file names.

    What the lake had before, in `base`, keeps its name.
    """
    known = {*map(fold, _names_of(base)), *_names_in(scripts)}
    hidden: dict[str, str] = {}
    for name in (*_names_of(end), *(row.name for _, rows in sorted(versions.columns.items()) for row in rows)):
        if fold(name) not in known:
            hidden.setdefault(name, f"(value {len(hidden) + 1})")
    columns = {
        key: [row._replace(name=hidden.get(row.name, row.name)) for row in rows]
        for key, rows in versions.columns.items()
    }
    tables = tuple(
        replace(table, columns=tuple(_without(column, hidden) for column in table.columns)) for table in end.tables
    )
    return replace(end, tables=tables), replace(versions, columns=columns)


def _without(column: Column, hidden: dict[str, str]) -> Column:
    fields = tuple(_without(field, hidden) for field in column.fields)
    # The type of a column names its fields.
    type_ = column.type if fields == column.fields else "(of values)"
    return replace(column, name=hidden.get(column.name, column.name), type=type_, fields=fields)


def _names_of(schema: SchemaDocument) -> Iterator[str]:
    for table in schema.tables:
        yield from _columns_of(table.columns)


def _columns_of(columns: Sequence[Column]) -> Iterator[str]:
    for column in columns:
        yield column.name
        yield from _columns_of(column.fields)


def _names_in(scripts: Sequence[Script]) -> Iterator[str]:
    """All words and strings, and what DuckDB calls the parts of a nested type."""
    yield from ("element", "key", "value")
    for script in scripts:
        for statement in script.statements:
            yield from (token.name for token in tokens(statement.core) if token.name is not None)
