"""Has DuckLake write all rows to files for a while, also a few, which it would keep in the catalog."""

from collections.abc import Iterator
from contextlib import contextmanager

from dt_lake.lake import Lake

_SETTING = "ducklake_default_data_inlining_row_limit"


@contextmanager
def in_files(lake: Lake) -> Iterator[None]:
    """Keep the limit for small rows at 0 while the context is open.

    COMMIT reads the setting again, and makes the place for small rows of new tables.
    """
    row = lake.connection.execute(f"SELECT current_setting('{_SETTING}')").fetchone()
    assert row is not None
    lake.connection.execute(f"SET {_SETTING} = 0")
    try:
        yield
    finally:
        lake.connection.execute(f"SET {_SETTING} = {int(row[0])}")
