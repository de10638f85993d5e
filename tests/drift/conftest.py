import pytest

from support.project import Project


@pytest.fixture
def migrated(project: Project) -> Project:
    """A project on either backend with three migrations applied, each in a lake snapshot of its own."""
    project.migration("V1__users.sql", "CREATE TABLE users (id INTEGER, name VARCHAR);")
    project.migration("V2__orders.sql", "CREATE TABLE orders (id INTEGER, user_id INTEGER);")
    project.migration("R__names.sql", "CREATE OR REPLACE VIEW names AS SELECT name FROM users;")
    assert project.main("migrate", "--transaction", "each").code == 0
    return project
