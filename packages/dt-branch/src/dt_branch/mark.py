"""Marks a copied catalog as a branch."""

import msgspec
from msgspec.structs import asdict

from dt_branch.metadata import Draft
from dt_lake.mark import TABLE, Mark
from dt_lake.sql import literal

_MARK = """
DROP TABLE IF EXISTS {table};
CREATE TABLE {table} AS
SELECT {source}::VARCHAR AS source, {lake}::VARCHAR AS lake, {snapshot}::BIGINT AS snapshot,
    {data_path}::VARCHAR AS data_path, {source_data_path}::VARCHAR AS source_data_path, {made_on}::VARCHAR AS made_on,
    {shared}::VARCHAR AS shared
"""


def write_mark(draft: Draft, mark: Mark) -> None:
    """Mark the attached copy, which may be one of a branch, as a branch of its own."""
    values = {key: literal(value) if isinstance(value, str) else value for key, value in asdict(mark).items()}
    values["shared"] = literal(msgspec.json.encode(mark.shared).decode())
    draft.run(_MARK.format(table=draft.table(TABLE), **values))
