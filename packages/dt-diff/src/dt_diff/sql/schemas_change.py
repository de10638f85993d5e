"""Schemas: created and dropped."""

from dt_contract.identifiers import fold
from dt_contract.schema import SchemaDocument
from dt_diff.names import quote
from dt_diff.sql.draft import Draft, Phase
from dt_diff.sql.names import Home, sql_name

MAIN = "main"
"""The schema that every lake has."""


def change_schemas(expected: SchemaDocument, actual: SchemaDocument, draft: Draft, home: Home) -> None:
    """Add the statements that create and drop schemas; DuckLake can't rename one, so they are the same by name."""
    before, after = (
        {fold(MAIN): MAIN} | {fold(schema.name): schema.name for schema in document.schemas}
        for document in (expected, actual)
    )
    for key, name in sorted(after.items()):
        if key not in before:
            draft.add(Phase.SCHEMA, f"CREATE SCHEMA {sql_name(*home.path(name))}")
        elif before[key] != name:
            draft.leave("schema name", quote(name), f"DuckLake can't rename {quote(before[key])}")
    for name in sorted(before[key] for key in before.keys() - after.keys()):
        draft.add(Phase.DROP_SCHEMA, f"DROP SCHEMA {sql_name(*home.path(name))}")
