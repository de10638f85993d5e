"""Lakes with a migration, and one that somebody changed by hand."""

import pytest

from support.hotfix import BEFORE, by_hand
from support.project import Project


@pytest.fixture
def production(project: Project) -> Project:
    """A lake with one migration and no drift."""
    project.migration("V1__users.sql", BEFORE)
    assert project.main("migrate").code == 0
    return project


@pytest.fixture
def drifted(duckdb_project: Project) -> Project:
    """A lake on a DuckDB file that somebody changed by hand, in two snapshots."""
    duckdb_project.migration("V1__users.sql", BEFORE)
    assert duckdb_project.main("migrate").code == 0
    by_hand(duckdb_project, ["ALTER TABLE users ADD COLUMN phone VARCHAR"])
    by_hand(duckdb_project, ["CREATE TABLE calls (i INTEGER)"])
    return duckdb_project
