"""A branch beside its lake in PostgreSQL, where a transaction has no locks for so many new tables."""

import pytest

import dt_branch.in_catalog
from support.faults import database_of
from support.postgres import Postgres
from support.project import Project

FIRST = "CREATE TABLE few (i INTEGER);\nINSERT INTO few VALUES (1);\nCREATE TABLE bare (i INTEGER);\n"
LATER = "INSERT INTO bare VALUES (2);\nALTER TABLE few ADD COLUMN j INTEGER;\nINSERT INTO few VALUES (3, 4);\n"
INLINED = r"""
SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE nspname LIKE '%\_try' AND relname ~ 'inlined_data_[0-9]' AND relkind = 'r'
"""


def test_of_many_tables_those_without_small_rows_are_left_out(
    postgres_project: Project, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckLake makes them when it needs them, so that migrate does there what it does on the lake."""
    monkeypatch.setattr(dt_branch.in_catalog, "MANY_TABLES", 10)
    project = postgres_project
    project.migration("V1__first.sql", FIRST)
    assert project.main("migrate").code == 0
    assert project.main("branch", "create", "try", "--in-catalog").code == 0
    assert len(postgres.execute(INLINED, database_of(project)).split()) == 2  # of the history and of `few`
    project.migration("V2__later.sql", LATER)
    assert project.main("-b", "try", "migrate").code == 0
    assert project.main("migrate").code == 0
    assert project.main("diff", "live", "branch:try").code == 0
    assert project.main("-b", "try", "validate", "--files").code == 0
    assert project.sql("SELECT * FROM few ORDER BY ALL") == [(1, None), (3, 4)]
    assert project.main("branch", "drop", "try").code == 0
