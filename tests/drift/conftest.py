from pathlib import Path

import pytest

from support.project import Project, copy_of, project_at


@pytest.fixture(scope="session", params=["duckdb", "postgres"])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """What `migrated` is a copy of."""
    server = request.getfixturevalue("postgres") if request.param == "postgres" else None
    project = project_at(tmp_path_factory.mktemp("migrated") / "project", server)
    project.migration("V1__users.sql", "CREATE TABLE users (id INTEGER, name VARCHAR);")
    project.migration("V2__orders.sql", "CREATE TABLE orders (id INTEGER, user_id INTEGER);")
    project.migration("R__names.sql", "CREATE OR REPLACE VIEW names AS SELECT name FROM users;")
    assert project.main("migrate", "--transaction", "each").code == 0
    return project


@pytest.fixture
def migrated(template: Project, tmp_path: Path, request: pytest.FixtureRequest) -> Project:
    """A project on either backend with three migrations applied, each in a lake snapshot of its own."""
    server = request.getfixturevalue("postgres") if template.backend == "postgres" else None
    return copy_of(template, tmp_path / "project", server)
