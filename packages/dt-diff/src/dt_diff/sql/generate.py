"""Two schema documents in, the SQL that turns the first into the second out. Pure."""

from collections.abc import Collection

from dt_contract.identifiers import fold
from dt_contract.schema import SchemaDocument
from dt_diff.sql.alter_table import Known
from dt_diff.sql.definitions_change import drop_definitions, make_definitions
from dt_diff.sql.draft import Draft
from dt_diff.sql.names import Home
from dt_diff.sql.options_change import change_options
from dt_diff.sql.renamed_objects import rename_objects
from dt_diff.sql.same_object import sql_identity
from dt_diff.sql.schemas_change import change_schemas
from dt_diff.sql.script import Generated
from dt_diff.sql.tables_change import change_tables


def generate(
    expected: SchemaDocument,
    actual: SchemaDocument,
    *,
    empty: Collection[tuple[str, str]] = (),
    altered: Collection[tuple[str, str, str]] = (),
    schema: str = "main",
    catalog: str = "",
) -> Generated:
    """Return the SQL that turns the schema `expected` into `actual`, in linear time.

    `empty` are the tables of `expected`, as (schema, name), that are known to hold no row; others are taken to hold
    some. `altered` are its columns, as (schema, table, name), that are known to have been added or altered since their
    table was created: they get no default that is no literal. `schema` is the one that migrations run in, whose objects
    are written without it, and `catalog` the lake's name, if it is known. Within one lake objects are the same by id,
    else by name, in any case of letters.
    """
    has_namesake = any(fold(item.name) == fold(catalog) for item in (*expected.schemas, *actual.schemas))
    draft, home = Draft(), Home(schema, catalog if has_namesake else "")
    identity = sql_identity(expected, actual)
    change_schemas(expected, actual, draft, home)
    definitions = drop_definitions(expected, actual, identity, draft, home)
    tables = change_tables(
        expected.tables, actual.tables, identity, draft, home, Known(frozenset(empty), frozenset(altered))
    )
    rename_objects([*tables.altered, *definitions.stays], expected, actual, draft, home)
    changed = [*tables.created, *(new for _, new in tables.altered)]
    make_definitions(definitions, actual, changed, draft, home)
    change_options(expected, actual, tables, draft)
    are_known = expected.options is not None and actual.options is not None
    return Generated(draft.parts(), draft.left_over(), are_known)
