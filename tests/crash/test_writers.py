"""Several processes append to one history at the same time: one does, the others say so, and nobody ends in a bug."""

from typing import Any

import pytest

from support.project import Project
from support.running import race

RUNNERS = 4
HISTORY = "ducktracker_schema_history"
EVENTS = f"SELECT migration_type, script FROM {HISTORY} WHERE migration_type <> 'S' ORDER BY installed_rank"


def rounds(count: int = 6) -> list[Any]:
    """The first runs quickly."""
    return [pytest.param(number, marks=[pytest.mark.slow] if number else [], id=str(number)) for number in range(count)]


def check(project: Project, row: tuple[str, str], *argv: str) -> None:
    """One wins, and its row is there once; ranks are unique."""
    before = project.sql(EVENTS) if project.sql(f"FROM duckdb_tables() WHERE table_name = '{HISTORY}'") else []
    ran = race(project, RUNNERS, *argv)
    assert {one.code for one in ran} <= {0, 1, 5}, ran
    assert 0 in {one.code for one in ran}, ran
    assert not [one.err for one in ran if one.code == 0 and one.err], ran
    assert project.sql(EVENTS) == [*before, row]
    ((rows, ranks),) = project.sql(f"SELECT count(*), count(DISTINCT installed_rank) FROM {HISTORY}")
    assert rows == ranks


@pytest.mark.parametrize("number", rounds())
def test_baselines(postgres_project: Project, number: int) -> None:
    postgres_project.sql("CREATE TABLE ponds (id INTEGER)")
    check(postgres_project, ("V", "<< Baseline V3 >>"), "baseline", "-v", "3")


@pytest.mark.parametrize("number", rounds())
def test_baselines_after_a_failure(postgres_project: Project, number: int) -> None:
    postgres_project.migration("V1__x.sql", "SELECT missing;")
    assert postgres_project.main("migrate").code == 4
    check(postgres_project, ("V", "<< Baseline V3 >>"), "baseline", "-v", "3")


@pytest.mark.parametrize("number", rounds())
def test_repairs(postgres_project: Project, number: int) -> None:
    postgres_project.migration("V1__x.sql", "SELECT missing;")
    assert postgres_project.main("migrate").code == 4
    check(postgres_project, ("P", "V1__x.sql"), "repair", "--yes")


@pytest.mark.parametrize("number", rounds())
def test_acceptances(postgres_project: Project, number: int) -> None:
    postgres_project.migration("V1__x.sql", "CREATE TABLE x (a INTEGER);")
    assert postgres_project.main("migrate").code == 0
    postgres_project.sql("ALTER TABLE x ADD COLUMN b INTEGER")
    check(postgres_project, ("A", "<< Accepted >>"), "drift", "--accept", "it was me")


def test_baselines_on_a_file(duckdb_project: Project) -> None:
    """They wait for each other; whoever comes later finds a baseline."""
    duckdb_project.sql("CREATE TABLE ponds (id INTEGER)")
    ran = race(duckdb_project, RUNNERS, "baseline", "-v", "3")
    assert [one.code for one in ran] == [0] * RUNNERS, ran
    assert sum("already" in one.out for one in ran) == RUNNERS - 1
    assert duckdb_project.sql(EVENTS) == [("V", "<< Baseline V3 >>")]
