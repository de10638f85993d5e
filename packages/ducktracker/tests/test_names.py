"""Names that DuckDB takes for the same, and names that it has itself."""

import pytest

from support.project import Project


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        pytest.param("DUCKTRACKER_TARGET_SCHEMA", "MAIN", id="target_schema"),
        pytest.param("DUCKTRACKER_SCHEMA_HISTORY_TABLE", "Ducktracker_Schema_HISTORY", id="schema_history_table"),
    ],
)
def test_the_history_in_other_letters(duckdb_project: Project, variable: str, value: str) -> None:
    duckdb_project.migration("V1__a.sql", "CREATE TABLE a (i INTEGER);")
    other = duckdb_project.with_environment(**{variable: value})
    assert other.main("migrate").code == 0
    duckdb_project.migration("V2__b.sql", "CREATE TABLE b (i INTEGER);")
    for project in (duckdb_project, other):
        assert project.main("migrate").code == 0
        assert project.main("info", "--json").json["counts"] == {"applied": 2}
        assert project.main("drift") == (0, "no differences\n", "")
        assert [table["name"] for table in project.call("dt-snapshot").json["tables"]] == ["a", "b"]


def test_something_else_has_the_name_of_the_history(duckdb_project: Project) -> None:
    duckdb_project.sql("CREATE VIEW ducktracker_schema_history AS SELECT 1 AS x")
    duckdb_project.migration("V1__a.sql", "CREATE TABLE a (i INTEGER);")
    ran = duckdb_project.main("migrate")
    assert (ran.code, ran.out) == (2, "")
    assert 'ducktracker_schema_history" already exists and is not a ducktracker history table' in ran.err


@pytest.mark.parametrize("command", ["info", "migrate", "plan"])
def test_a_catalog_name_that_duckdb_has_itself(duckdb_project: Project, command: str) -> None:
    ran = duckdb_project.main(command, "--catalog", "temp")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("ducktracker: temp is a catalog name that DuckDB reserves\n")


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param(["log", "-n", "9" * 30], id="entries"),
        pytest.param(["diff", "9" * 5000, "live"], id="snapshot"),
        pytest.param(["diff", "V" + "9" * 5000, "live"], id="version"),
        pytest.param(["migrate", "--target", "9" * 5000], id="target"),
        pytest.param(["drift", "--accept", " "], id="no reason"),
    ],
)
def test_bad_arguments(duckdb_project: Project, argv: list[str]) -> None:
    duckdb_project.migration("V1__a.sql", "CREATE TABLE a (i INTEGER);")
    assert duckdb_project.main("migrate").code == 0
    ran = duckdb_project.main(*argv)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") <= 2
