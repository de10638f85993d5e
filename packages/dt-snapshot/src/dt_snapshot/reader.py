"""Reads the schema of a lake, now or at a snapshot, with a constant number of queries."""

import msgspec

from dt_contract.schema import SchemaDocument
from dt_lake.lake import Lake
from dt_lake.transaction import transaction
from dt_snapshot.fingerprint import fingerprint
from dt_snapshot.lifetimes import read_moment
from dt_snapshot.moment import newest, snapshot_time
from dt_snapshot.options import read_metadata, with_options


def read_schema(lake: Lake, at: int | None = None) -> SchemaDocument:
    """Return the schema of the lake at a snapshot, or now. The history table is left out.

    Options are known only now: at a snapshot they are None. Raises InputError for a snapshot that is not there.
    """
    with transaction(lake.connection):
        snapshot = newest(lake) if at is None else at
        time, metadata = snapshot_time(lake, snapshot), read_metadata(lake)
        found = read_moment(lake, snapshot).at(snapshot)
    identity = msgspec.structs.replace(found.lake, snapshot_time=time, format=metadata.format)
    schema = msgspec.structs.replace(with_options(found, metadata.options if at is None else None), lake=identity)
    return msgspec.structs.replace(schema, fingerprint=fingerprint(schema))


def schema_at(lake: Lake, at: int) -> SchemaDocument:
    """Return the schema at a snapshot that is there, in the caller's transaction; without options and fingerprint.

    The SQL of views and macros is as it is stored.
    """
    return read_moment(lake, at, as_stored=True).at(at)
