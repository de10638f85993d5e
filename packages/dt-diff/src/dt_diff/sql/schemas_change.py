"""Schemas, and the options of the lake, of schemas and of tables."""

from collections.abc import Mapping

from dt_contract.schema import SchemaDocument, schema_options
from dt_diff.names import full_name, quote
from dt_diff.sql.draft import Draft, Phase
from dt_diff.sql.names import sql_name
from dt_diff.sql.options import changed_options, set_option
from dt_diff.sql.script import Statement

MAIN = "main"
"""The schema that every lake has."""


def change_schemas(expected: SchemaDocument, actual: SchemaDocument, draft: Draft) -> None:
    """Add the statements that create and drop schemas; DuckLake can't rename one, so they are the same by name."""
    before, after = ({schema.name for schema in document.schemas} | {MAIN} for document in (expected, actual))
    for name in sorted(after - before):
        draft.add(Phase.SCHEMA, f"CREATE SCHEMA {sql_name(name)}")
    for name in sorted(before - after):
        draft.add(Phase.DROP_SCHEMA, Statement(f"DROP SCHEMA {sql_name(name)}"))


def change_options(expected: SchemaDocument, actual: SchemaDocument, draft: Draft) -> None:
    """Add the calls that set options where both documents know them.

    Those of a schema or table come one part after the one that creates it: DuckLake refuses them before a COMMIT.
    """
    if actual.options is None or expected.options is None:
        return
    before, after = schema_options(expected.options), schema_options(actual.options)
    _set(before, after, draft, part=0)
    schemas = {schema.name: schema.options for schema in expected.schemas}
    for schema in actual.schemas:
        is_new = schema.name not in schemas and schema.name != MAIN
        _set(schemas.get(schema.name, {}), schema.options, draft, part=int(is_new), schema=schema.name)
    tables = {(table.schema, table.name): table.options for table in expected.tables}
    for table in actual.tables:
        if table.options or tables.get((table.schema, table.name)):
            is_new = (table.schema, table.name) not in tables
            before = tables.get((table.schema, table.name), {})
            _set(before, table.options, draft, part=int(is_new), schema=table.schema, table=table.name)


def _set(
    before: Mapping[str, str],
    after: Mapping[str, str],
    draft: Draft,
    *,
    part: int,
    schema: str | None = None,
    table: str | None = None,
) -> None:
    if before == after:
        return
    owner = [name for name in (schema, table) if name is not None]
    for key in sorted(before.keys() - after.keys()):
        draft.leave("option", full_name(*owner, key) if owner else quote(key), "DuckLake can't unset an option")
    for key, value in changed_options(before, after).items():
        draft.add(Phase.OPTION, set_option(key, value, schema=schema, table=table), part=part)
