"""A lake with small rows that DuckLake can't read again: no branch is made of it, and the table is named."""

import pytest

from support.project import Project

_DAYS = "CREATE SCHEMA shop; CREATE TABLE shop.days (i INTEGER, s STRUCT(d DATE))"


@pytest.mark.parametrize("catalog", ["sqlite_project", "postgres_project"])
def test_a_table_with_dates_in_a_struct(catalog: str, request: pytest.FixtureRequest) -> None:
    """See docs/ducklake-facts.md#date-in-a-struct."""
    project: Project = request.getfixturevalue(catalog)
    project.sql(f"{_DAYS}; INSERT INTO shop.days VALUES (1, {{'d': '2026-01-02'}})")
    project.migration("V1__t.sql", "CREATE TABLE t (i INTEGER);")
    for command in ("branch create try", "plan"):
        ran = project.main(*command.split())
        assert (ran.code, ran.out) == (3, "")
        assert "no branch can be made of it: small rows of shop.days can't be read: invalid date" in ran.err
        assert ran.err.splitlines()[1:] == [
            "hint: DuckLake can't read them either: copy what can be read of the table to a new one, drop it, and"
            " expire the snapshots that have it"
        ]


def test_the_way_out(sqlite_project: Project) -> None:
    project = sqlite_project
    project.sql(f"{_DAYS}; INSERT INTO shop.days VALUES (1, {{'d': '2026-01-02'}})")
    project.sql("CREATE TABLE shop.kept AS SELECT i FROM shop.days; DROP TABLE shop.days")
    project.expire()
    assert project.main("branch", "create", "try").code == 0
    assert project.main("-b", "try", "migrate").code == 0
