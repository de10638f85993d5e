"""What PostgreSQL can't store, and says so only at COMMIT: the migration's fault, not the server's."""

import pytest

from support.project import Project

WIDE = ", ".join(f"{number} AS c{number}" for number in range(1601))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        pytest.param("CREATE TABLE geese AS SELECT 1 AS i, 2 AS xmin;", '"xmin"', id="a system column's name"),
        pytest.param(
            "CREATE TABLE geese AS SELECT 1 AS ctid;",
            '"ctid"',
            id="another system column's name",
            marks=pytest.mark.slow,
        ),
        pytest.param(f"CREATE TABLE geese AS SELECT {WIDE};", "1600", id="too many columns"),
    ],
)
@pytest.mark.parametrize("mode", ["each", pytest.param("all", marks=pytest.mark.slow)])
def test_what_can_not_be_stored(postgres_project: Project, sql: str, said: str, mode: str) -> None:
    project = postgres_project
    project.migration("V1__ducks.sql", "CREATE TABLE ducks (i INTEGER);")
    assert project.main("migrate").code == 0
    project.migration("V2__geese.sql", f"{sql} INSERT INTO ducks VALUES (1);")
    ran = project.main("migrate", "--transaction", mode)
    assert ran.code == 4, ran
    first, *_ = ran.err.splitlines()
    assert first.startswith("ducktracker: V2__geese.sql:1: ")
    assert said in first
    assert len(first.encode()) <= 500
    assert "ducklake_snapshot" not in ran.err + ran.out
    counts = project.main("info", "--json").json["counts"]
    assert counts == {"applied": 1, "failed": 1}
    assert project.sql("SELECT count(*) FROM ducks") == [(0,)]
    project.migration("V2__geese.sql", "CREATE TABLE geese (i INTEGER); INSERT INTO ducks VALUES (1);")
    assert project.main("migrate").code == 0
    assert project.sql("SELECT count(*) FROM ducks") == [(1,)]
