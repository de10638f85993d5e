"""The schema that the migrations folder makes: replayed into a throw-away lake."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from dt_config.config import Behavior, Config
from dt_contract.schema import SchemaDocument
from dt_lake.lake import Lake, open_lake
from dt_lake.throwaway_lake import throwaway
from dt_snapshot.reader import read_schema
from ducktracker.migrate.apart import migrate_apart

_NO_POLICY = Behavior(validate_on_migrate=False, drift_on_migrate="ignore", transaction="auto", hazards="allow")
"""Policies say what may be done to the user's lake, not to a throw-away one."""


def replay(config: Config, before: Callable[[Lake], None] | None = None, *, hint: str | None = None) -> SchemaDocument:
    """Return the schema after all migrations; it raises what `replayed` does."""
    with replayed(config, before, hint=hint) as lake:
        return read_schema(lake)


@contextmanager
def replayed(
    config: Config, before: Callable[[Lake], None] | None = None, *, hint: str | None = None
) -> Iterator[Lake]:
    """Return an embedded lake after all migrations, which run in full, with what they do to data.

    `before` may make something in the lake first. They change nothing but that lake, and the policies of `[behavior]`
    don't count there. Raises what `migrate_apart` does, and MigrationFailed with the file and line that failed, and
    the hint.
    """
    with throwaway(replace(config, behavior=_NO_POLICY)) as elsewhere:
        with open_lake(elsewhere, write=True, create=True) as lake:
            if before:
                before(lake)
        done = migrate_apart(elsewhere)
        if done.failure:
            done.failure.hint = hint
            raise done.failure
        with open_lake(elsewhere, write=True, create=True) as lake:
            yield lake
