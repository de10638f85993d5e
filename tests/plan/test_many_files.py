"""A plan on a lake with very many files: their rows in the catalog are copied only if a migration may need them."""

import pytest

from dt_branch import copy
from support.project import Project


@pytest.fixture
def lake(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Three files are very many here."""
    monkeypatch.setattr(copy, "MANY_FILES", 2)
    rows = "".join(f"INSERT INTO birds SELECT range FROM range({number}, {number + 100});\n" for number in range(4))
    project.migration("V1__birds.sql", f"CREATE TABLE birds (id BIGINT);\n{rows}")
    assert project.main("migrate").code == 0
    return project


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        pytest.param("ALTER TABLE birds ADD COLUMN a INTEGER;", "+ column main.birds.a INTEGER", id="no rows needed"),
        pytest.param("DROP TABLE birds;", "400 rows", id="the rows of a table that is dropped"),
        pytest.param("DELETE FROM birds WHERE id < 2;", "3 rows", id="rows that are deleted"),
        pytest.param("CREATE VIEW v AS FROM birds; CREATE TABLE c AS FROM v;", "400 rows", id="rows of a view"),
        pytest.param("ALTER TABLE birds ALTER id SET NOT NULL;", "NOT NULL", id="a property of all rows"),
    ],
)
def test_a_plan_knows_what_it_tells(lake: Project, sql: str, told: str) -> None:
    lake.migration("V2__x.sql", sql)
    ran = lake.main("plan")
    assert (ran.code, ran.err) == (0, "")
    assert told in ran.out
    assert "incomplete" not in ran.out
    assert lake.main("migrate").code == 0
