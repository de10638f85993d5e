"""The SQL of a schema as one file for each schema in it. Pure."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.identifiers import fold
from dt_contract.schema import Macro, SchemaDocument, View
from dt_diff.sql.dependencies import in_order, mentions, sql_of
from dt_diff.sql.generate import generate
from dt_diff.sql.script import Part
from ducktracker.change.dump import new_lake

_ACROSS = "across schemas"


def split(schema: SchemaDocument, config: Config) -> list[tuple[str, Part]]:
    """Return the SQL that makes a schema in a new lake, in files, each with what it is about: the name of its schema.

    Views and macros that mention another schema, or another one of those, are in the last files, as options of the
    whole lake are.
    """
    target, catalog = config.migrations.target_schema, config.connection.catalog_name
    names = [item.name for item in schema.schemas]
    across = {id(item) for item in _across([*schema.views, *schema.macros], names)}
    before, found = new_lake(schema, config), []
    for number, name in enumerate([*names, _ACROSS], start=1):
        made = set(names[:number])
        is_last = number > len(names)
        after = replace(
            schema,
            schemas=tuple(item for item in schema.schemas if item.name in made),
            tables=tuple(item for item in schema.tables if item.schema in made),
            views=tuple(item for item in schema.views if item.schema in made and (is_last or id(item) not in across)),
            macros=tuple(item for item in schema.macros if item.schema in made and (is_last or id(item) not in across)),
            options=schema.options if is_last else {},
        )
        found += [(name, part) for part in generate(before, after, schema=target, catalog=catalog).parts]
        before = after
    return found


def _across(definitions: Sequence[View | Macro], schemas: Sequence[str]) -> Iterator[View | Macro]:
    others = {fold(name) for name in schemas}
    late: set[str] = set()
    for item in in_order(definitions):
        found = mentions(sql_of(item))
        mentioned = found.named | found.called
        if mentioned & (others - {fold(item.schema)}) or mentioned & late:
            late.add(fold(item.name))
            yield item
