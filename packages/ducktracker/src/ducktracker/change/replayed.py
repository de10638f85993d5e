"""A part of the migrations that share a lake snapshot: they are replayed one by one on a branch of the one before it.

What lies between is in no snapshot of the lake. It is known if the replay ends with the same schema, and if those that
stay wrote no rows.
"""

from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from dt_branch.branch import create, on_branch
from dt_config.config import Behavior, Config
from dt_contract.errors import Stop
from dt_contract.identifiers import fold
from dt_contract.schema import Column, SchemaDocument, Table
from dt_diff.compare import compare
from dt_history.read import read_history
from dt_history.versions import snapshot_of
from dt_lake.lake import open_lake
from dt_lake.temporary_folder import temporary_folder
from dt_lint.load import load
from dt_lint.script.classify import is_plain_ddl
from dt_scan.folder import scan
from dt_snapshot.reader import read_schema
from ducktracker.change.inverse import renumbered
from ducktracker.change.undone import Batch
from ducktracker.drift.object_ids import Key
from ducktracker.migrate.apart import migrate_apart
from ducktracker.migrate.migrate_options import MigrateOptions

_NO_POLICY = Behavior(validate_on_migrate=False, drift_on_migrate="ignore", transaction="each", out_of_order=True)


class Replay(NamedTuple):
    """The schema before the batch, after each version of it, and at the end, by the ids of the branch."""

    before: SchemaDocument
    after: dict[int, SchemaDocument]
    end: SchemaDocument


def replayed(config: Config, batch: Batch, end: SchemaDocument) -> Replay | None:
    """Replay a batch; `end` is the schema of its lake snapshot. Return None if that does not end the same."""
    if any(row.version is None for row in batch.every):
        return None
    with temporary_folder() as folder:
        try:
            made = create(config, str(folder / "replay.db"), at=batch.snapshot - 1)
            Path(made.data_path).mkdir(exist_ok=True)
            own = replace(on_branch(config, made.catalog), behavior=_NO_POLICY)
            found = _replay(replace(own, connection=replace(own.connection, read_only=False)), batch)
        except Stop:
            return None
    differs = (
        found and compare(_nameless(end), _nameless(found.end), expected_name="lake", actual_name="replay").changes
    )
    return None if differs else found


def _replay(config: Config, batch: Batch) -> Replay | None:
    """Run the migrations of a batch on a branch, if all that stay change the schema alone."""
    with open_lake(config) as lake:
        before = read_schema(lake)
    if not _are_plain(config, batch):
        return None
    versions = [row.version or 0 for row in batch.every]
    if migrate_apart(config, MigrateOptions(target=max(versions))).failure:
        return None
    with open_lake(config) as lake:
        history = read_history(lake)
        return Replay(
            before,
            {version: read_schema(lake, snapshot_of(history, version)) for version in versions},
            read_schema(lake),
        )


def _are_plain(config: Config, batch: Batch) -> bool:
    """Whether those that stay change the schema alone, and all files are what was applied."""
    applied = {row.version: row.checksum for row in batch.every}
    files = [file for file in scan(config.migrations.directory).migrations if file.version in applied]
    if len(files) != len(batch.every) or any(file.checksum != applied[file.version] for file in files):
        return False
    stay = {row.version for row in batch.stay}
    with open_lake(config) as lake:
        scripts = load(lake.connection, config, [file for file in files if file.version in stay])
    return all(map(is_plain_ddl, scripts))


def schema_after(found: Replay, version: int, end: SchemaDocument) -> SchemaDocument | None:
    """Return the schema after a version, by the ids that the lake has at the `end`.

    What the replay made and dropped again has none: Return None then.
    """
    lake, there = {_key(table): table for table in end.tables}, {table.id: table for table in found.before.tables}
    schemas = {schema.name: schema.id or 0 for schema in end.schemas}
    ids: dict[Key, int] = {(made.id or 0, None): schemas[made.name] for made in found.end.schemas}
    for table in found.end.tables:
        ids |= _ids(table, lake[_key(table)])
    known = ids.keys() | {(key, None) for key in there}
    for table in found.after[version].tables:
        columns = _columns(there[table.id].columns if table.id in there else ())
        own = {key for key in _columns(table.columns) if (table.id or 0, key) not in ids}
        if (table.id or 0, None) not in known or own - columns:
            return None
    schema = renumbered(found.after[version], ids)
    uuids = {table.uuid for table in found.before.tables}
    return replace(
        schema,
        tables=tuple(table if table.uuid in uuids else replace(table, uuid=None) for table in schema.tables),
    )


def _ids(made: Table, table: Table) -> dict[Key, int]:
    found: dict[Key, int] = {(made.id or 0, None): table.id or 0}
    pairs = [(made.columns, table.columns)]
    while pairs:
        columns, own = pairs.pop()
        named = {column.name: column for column in own}
        for column in columns:
            if column.name in named and column.id is not None:
                found[made.id or 0, column.id] = named[column.name].id or 0
                pairs.append((column.fields, named[column.name].fields))
    return found


def _columns(columns: tuple[Column, ...]) -> set[int | None]:
    return {key for column in columns for key in (column.id, *_columns(column.fields))}


def _key(table: Table) -> tuple[str, str]:
    return fold(table.schema), fold(table.name)


def _nameless(schema: SchemaDocument) -> SchemaDocument:
    return replace(schema, lake=replace(schema.lake, id=None), options=None)
