"""Tries SQL in a lake without rows, and if need be with some.

DuckLake can't forbid NULL in an empty table (docs/ducklake-facts.md#set-not-null-needs-statistics).
"""

from collections.abc import Mapping
from typing import NamedTuple

from dt_config.config import Config
from dt_contract.errors import MigrationFailed
from dt_contract.schema import SchemaDocument, Table
from dt_diff.names import full_name
from dt_diff.sql.script import Generated
from ducktracker.change.dump import from_nothing
from ducktracker.change.trial import tried
from ducktracker.change.trial_rows import without_nulls


class Trial(NamedTuple):
    """The schema that was made, and the tables that had to hold rows for it."""

    schema: SchemaDocument
    filled: list[Table]

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever applies the SQL is to know."""
        names = ", ".join(full_name(table.schema, table.name) for table in self.filled)
        what = "can't be applied where one of these tables is empty, in which DuckLake doesn't set NOT NULL"
        return (f"{what}: {names}",) if names else ()


def try_out(
    config: Config, texts: Mapping[str, str], before: SchemaDocument, after: SchemaDocument, start: Generated | None
) -> Trial:
    """Try migrations between two schemas after a start, or (None) after the folder. Raise MigrationFailed."""
    try:
        return Trial(tried(config, texts, after=start), [])
    except MigrationFailed:
        filled = without_nulls(before, after)
        if not filled:
            raise
    return Trial(tried(config, texts, after=from_nothing(before, config), filled=filled), filled)
