"""The schema that the migrations folder makes: replayed into a throw-away lake."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from dt_config.config import Behavior, Config
from dt_contract.schema import SchemaDocument
from dt_lake.lake import Lake, open_lake
from dt_lake.throwaway_lake import throwaway
from dt_snapshot.reader import read_schema
from ducktracker.migrate.migrate import migrate
from ducktracker.migrate.migrate_options import MigrateOptions
from ducktracker.migrate.progress import Silent

_NO_POLICY = Behavior(validate_on_migrate=False, drift_on_migrate="ignore", transaction="auto", hazards="allow")
"""Policies say what may be done to the user's lake, not to a throw-away one."""


def replay(config: Config, before: Callable[[Lake], None] | None = None) -> SchemaDocument:
    """Return the schema after all migrations; it raises what `replayed` does."""
    with replayed(config, before) as lake:
        return read_schema(lake)


@contextmanager
def replayed(config: Config, before: Callable[[Lake], None] | None = None) -> Iterator[Lake]:
    """Return an embedded lake after all migrations, which run in full, with what they do to data.

    `before` may make something in the lake first.
    The policies of `[behavior]` don't count there. Raises what migrate does, and MigrationFailed with the file and
    line that failed.
    """
    with throwaway(replace(config, behavior=_NO_POLICY)) as elsewhere:
        if before:
            with open_lake(elsewhere, write=True, create=True) as lake:
                before(lake)
        done = migrate(elsewhere, MigrateOptions(), Silent())
        if done.failure:
            done.failure.hint = (
                "the folder must make the whole schema; `ducktracker validate` names files that are missing"
            )
            raise done.failure
        with open_lake(elsewhere, write=True, create=True) as lake:
            yield lake
