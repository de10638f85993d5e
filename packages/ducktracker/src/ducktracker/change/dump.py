"""ducktracker dump: the schema at any point as the SQL that makes it."""

from collections.abc import Callable

from dt_config.config import Config
from dt_contract.schema import Schema, SchemaDocument
from dt_diff.sql.generate import generate
from dt_diff.sql.script import Generated
from ducktracker.compare.loaded_schema import LoadedSchema, document
from ducktracker.compare.points import point


def dump(at: str, config: Callable[[], Config]) -> Generated:
    """Return the SQL that makes the schema at a point; a document needs no lake, and is written for `main`.

    Raise what the points of a diff do.
    """
    where = point(at)
    if where.kind == "document":
        return generate(SchemaDocument(options={}), document(where.text).schema)
    from ducktracker.compare.lake_points import schema_at

    settings = config()
    found: LoadedSchema = schema_at(where, settings)
    return from_nothing(found.schema, settings)


def from_nothing(schema: SchemaDocument, config: Config) -> Generated:
    """Return the SQL that makes a schema in a new lake, which has the target schema already."""
    target, catalog = config.migrations.target_schema, config.connection.catalog_name
    return generate(new_lake(schema, config), schema, schema=target, catalog=catalog)


def new_lake(schema: SchemaDocument, config: Config) -> SchemaDocument:
    """Return the schema of a new lake, in which another one is to be made."""
    target = config.migrations.target_schema
    there = tuple(Schema(name=item.name) for item in schema.schemas if item.name == target)
    return SchemaDocument(schemas=there, options={})
