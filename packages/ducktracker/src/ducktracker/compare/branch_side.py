"""A branch as a side of a diff: what it has in common with its lake is known by id, and renames so for sure."""

from collections.abc import Iterator

from msgspec.structs import replace

from dt_config.branches import on_branch
from dt_config.config import Config
from dt_contract.errors import InputError
from dt_contract.schema import Column, SchemaDocument, Table
from dt_lake.lake import open_lake
from dt_snapshot.reader import read_schema
from ducktracker.compare.loaded_schema import LoadedSchema


def branch_side(config: Config, name: str) -> tuple[LoadedSchema, SchemaDocument]:
    """Return the schema of a branch, and the one that it began with. Raises InputError and LakeError."""
    with open_lake(on_branch(config, name)) as lake:
        if lake.branch is None:
            raise InputError(f"the catalog of {name} has no mark of a branch")
        return LoadedSchema(read_schema(lake), f"branch {name}"), read_schema(lake, lake.branch.snapshot)


def with_common_ids(schema: SchemaDocument, common: SchemaDocument) -> SchemaDocument:
    """Return the schema without the ids that a branch and its lake have each given out since they parted.

    The same number means another thing on each side then, so that these are told by their names.
    """
    uuids = {table.uuid for table in common.tables} | {view.uuid for view in common.views}
    schemas = {item.id for item in common.schemas}
    macros = {item.id for item in common.macros}
    columns = {table.uuid: set(_ids(table.columns)) for table in common.tables}

    def table(item: Table) -> Table:
        if item.uuid not in uuids:
            return replace(item, id=None, uuid=None, columns=_known(item.columns, set()))
        return replace(item, columns=_known(item.columns, columns[item.uuid]))

    return replace(
        schema,
        schemas=tuple(item if item.id in schemas else replace(item, id=None) for item in schema.schemas),
        tables=tuple(map(table, schema.tables)),
        views=tuple(item if item.uuid in uuids else replace(item, id=None, uuid=None) for item in schema.views),
        macros=tuple(item if item.id in macros else replace(item, id=None) for item in schema.macros),
    )


def _ids(columns: tuple[Column, ...]) -> Iterator[int | None]:
    for column in columns:
        yield column.id
        yield from _ids(column.fields)


def _known(columns: tuple[Column, ...], ids: set[int | None]) -> tuple[Column, ...]:
    return tuple(
        replace(column, id=column.id if column.id in ids else None, fields=_known(column.fields, ids))
        for column in columns
    )
