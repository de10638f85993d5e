"""How large the cases are."""

from typing import NamedTuple


class Sizes(NamedTuple):
    """Numbers of migrations, of tables in a lake or a document, of files, of data files; `old_…` are those of 0.1.0."""

    migrations: tuple[int, ...]
    lakes: tuple[int, ...]
    documents: tuple[int, ...]
    files: tuple[int, ...]
    data_files: int
    pipelines: int
    old_migrations: int
    old_lakes: int


FULL = Sizes(
    migrations=(10, 100, 1000),
    lakes=(100, 1000, 10_000),
    documents=(100, 1000, 10_000),
    files=(50, 500, 5000),
    data_files=1_000_000,
    pipelines=1000,
    old_migrations=1000,
    old_lakes=1000,
)
QUICK = Sizes(
    migrations=(10, 100),
    lakes=(100, 1000),
    documents=(100, 1000),
    files=(50, 500),
    data_files=100_000,
    pipelines=100,
    old_migrations=100,
    old_lakes=100,
)
