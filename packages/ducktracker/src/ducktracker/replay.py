"""The schema that the migrations folder makes: replayed into a throw-away lake."""

from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.schema import SchemaDocument
from dt_lake.lake import open_lake
from dt_snapshot.reader import read_schema
from ducktracker.migrate import migrate
from ducktracker.options import Options
from ducktracker.progress import Silent
from ducktracker.throwaway import throwaway


def replay(config: Config) -> SchemaDocument:
    """Gives the schema after all migrations, which run in full, with what they do to data, in an embedded lake.

    Raises what migrate does, and MigrationFailed with the file and line that failed.
    """
    with throwaway(replace(config, behavior=replace(config.behavior, drift_on_migrate="ignore"))) as elsewhere:
        done = migrate(elsewhere, Options(), Silent())
        if done.failure:
            raise done.failure
        with open_lake(elsewhere, write=True, create=True) as lake:
            return read_schema(lake)
