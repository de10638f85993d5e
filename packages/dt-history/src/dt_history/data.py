"""What rows of the history carry in their column snapshot_data."""

from collections.abc import Collection

from dt_history.relation import relation
from dt_lake.lake import Lake

_DATA = """
SELECT installed_rank, snapshot_data FROM {source}
WHERE installed_rank IN ({ranks}) AND snapshot_data IS NOT NULL ORDER BY installed_rank DESC
"""


def read_data(lake: Lake, ranks: Collection[int]) -> dict[int, bytes]:
    """Return the data of the rows of these ranks that have any, newest first."""
    source = relation(lake).sql if ranks else None
    if source is None:
        return {}
    query = _DATA.format(source=source, ranks=", ".join(map(str, ranks)))
    return dict(lake.connection.execute(query).fetchall())
