"""Two schema documents in, the SQL that turns the first into the second out. Pure."""

from collections.abc import Collection

from dt_contract.schema import SchemaDocument
from dt_diff.identity import identity_of
from dt_diff.matching import match
from dt_diff.sql.definitions_change import change_definitions
from dt_diff.sql.draft import Draft
from dt_diff.sql.names import Home
from dt_diff.sql.new_tables import create_tables
from dt_diff.sql.schemas_change import change_options, change_schemas
from dt_diff.sql.script import Generated


def generate(
    expected: SchemaDocument,
    actual: SchemaDocument,
    *,
    empty: Collection[tuple[str, str]] = (),
    schema: str = "main",
) -> Generated:
    """Return the SQL that turns the schema `expected` into `actual`, in linear time.

    `empty` are the tables, as (schema, name) of `expected`, that are known to hold no row; others are taken to hold
    some. `schema` is the one that migrations run in: its objects are written without it.
    """
    draft, home, identity = Draft(), Home(schema), identity_of(expected, actual)
    change_schemas(expected, actual, draft)
    tables = match(expected.tables, actual.tables, identity.tables)
    create_tables(tables.added, draft, home)
    change_definitions(expected, actual, identity, draft, home)
    change_options(expected, actual, draft)
    return Generated(draft.parts(), draft.left_over())
