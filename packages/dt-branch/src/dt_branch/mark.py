"""Marks a copied catalog as a branch."""

import duckdb
from msgspec.structs import asdict

from dt_branch.metadata import branch_table
from dt_lake.mark import TABLE, Mark
from dt_lake.sql import literal

_MARK = """
CREATE OR REPLACE TABLE {table} AS
SELECT {source} AS source, {lake} AS lake, {snapshot}::BIGINT AS snapshot, {data_path} AS data_path,
    {source_data_path} AS source_data_path, {made_on} AS made_on
"""


def write_mark(connection: duckdb.DuckDBPyConnection, mark: Mark) -> None:
    """Mark the attached copy, which may be one of a branch, as a branch of its own."""
    values = {key: literal(value) if isinstance(value, str) else value for key, value in asdict(mark).items()}
    connection.execute(_MARK.format(table=branch_table(TABLE), **values))
