"""ducktracker diff --format sql and drift --format sql: the SQL between two points, and that of drift."""

from collections.abc import Callable, Sequence

from dt_config.config import Config
from dt_diff.sql.generate import generate
from dt_diff.sql.script import Generated
from dt_history.read import read_history
from dt_lake.lake import open_lake
from dt_lake.transaction import transaction
from ducktracker.change.drifted import drifted, sql_of
from ducktracker.compare.diff import both


def between(expected: str, actual: str, config: Callable[[], Config]) -> Generated:
    """Return the SQL that turns the schema at one point into that at another. Raise what `diff` does.

    Between two documents the target schema is `main`.
    """
    known: list[Config] = []

    def resolved() -> Config:
        known.append(config())
        return known[0]

    found = both(expected, actual, resolved)
    if not known:
        return generate(found.expected, found.actual)
    target, catalog = known[0].migrations.target_schema, known[0].connection.catalog_name
    return generate(found.expected, found.actual, schema=target, catalog=catalog)


def of_drift(config: Config, rules: Sequence[str]) -> tuple[Generated, list[str]]:
    """Return the SQL that brings what is expected to what is live, but for ignored changes, and the unused rules."""
    with open_lake(config) as lake:
        with transaction(lake.connection):
            found = drifted(lake, read_history(lake), rules)
        return sql_of(lake, found), found.unused
