"""A DuckDB that is confined to one lake: whatever the lake's catalog asks for, DuckDB itself opens nothing else."""

from collections.abc import Sequence

import duckdb

from dt_lake.sql import literal


def confine(
    connection: duckdb.DuckDBPyConnection,
    folders: Sequence[str],
    may_set: Sequence[str] = (),
    *,
    opens_others: bool = False,
) -> None:
    """Let DuckDB open no file or URL but those below the folders and what is attached, for as long as it lives.

    From then on nothing can be attached, loaded or downloaded, nor set, but the settings in `may_set`. Servers that are
    attached stay reachable. With the postgres extension loaded, SQL that calls `postgres_query` and its like still
    reaches others: bind nothing of the lake's own here. `opens_others` only locks the settings.
    """
    if not opens_others:
        listed = ", ".join(literal(f"{folder.rstrip('/')}/") for folder in folders)
        connection.execute(f"SET allowed_directories = [{listed}]")
        connection.execute("SET enable_external_access = false")
    connection.execute(f"SET allowed_configs = [{', '.join(map(literal, may_set))}]")
    connection.execute("SET lock_configuration = true")
