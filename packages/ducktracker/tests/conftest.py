"""A project whose lake is a DuckDB file."""

import pytest

from support.project import Project, duckdb_project

__all__ = ["duckdb_project"]


@pytest.fixture
def project(duckdb_project: Project) -> Project:
    """A project with an empty migrations/; its lake does not exist yet."""
    return duckdb_project
