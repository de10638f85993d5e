"""Whoever may only read a lake in PostgreSQL can plan, and the server is asked for no write."""

import pytest

from support.postgres import Database, Postgres
from support.project import Project
from support.server_log import log_of, statements_since

MORE = (
    "INSERT INTO birds SELECT range FROM range(500);\nDELETE FROM birds WHERE id < 10;\nCREATE TABLE ponds (i INTEGER);"
)


@pytest.fixture
def reader(postgres: Postgres, postgres_project: Project) -> Project:
    """V1 is applied and V2 is not, and the role `stranger` may read the lake."""
    project = postgres_project
    project.migration("V1__birds.sql", "CREATE TABLE birds AS SELECT range AS id FROM range(1000);")
    assert project.main("migrate").code == 0
    project.migration("V2__more.sql", MORE)
    database = Database(postgres.host, project.source.partition("dbname=")[2].split()[0])
    postgres.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO stranger", database.name)
    postgres.execute(f"ALTER DATABASE {database.name} SET log_statement = 'all'")
    return project.with_environment(DUCKTRACKER_POSTGRES_CONNECTION=database.keywords("stranger"))


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_a_reader_plans(postgres: Postgres, reader: Project, form: str) -> None:
    begin = log_of(postgres).stat().st_size
    planned = reader.main("plan", "--format", form)
    reads, others = statements_since(postgres, begin)
    assert (planned.code, planned.err) == (0, "")
    assert "20 rows deleted" in planned.out or '"deleted": 20' in planned.out
    assert [text for text in reads if "ducklake_data_file" in text]
    assert others == []
    assert reader.main("migrate").code == 3
