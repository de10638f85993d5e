"""A file that fails while running: at each position of five, in each transaction mode, on both backends."""

from typing import Any

import pytest

from support.backends import BACKENDS
from support.project import Project

KINDS = {
    "conversion error": "INSERT INTO t{p} SELECT (i || 'x')::INTEGER FROM range(5000) r(i);",
    "missing table": "ALTER TABLE missing ADD COLUMN b INTEGER;",
    "error at commit": "CREATE MACRO m{p}(a, b := NULL) AS a;",
    "internal error": "COMMENT ON COLUMN t{p}.missing IS 'x';",
}
ERRORS = {
    "conversion error": "Conversion Error: Could not convert string '0x' to INT32",
    "missing table": "Catalog Error: Table with name missing does not exist!",
    "error at commit": "Failed to commit DuckLake transaction",
    "internal error": "(an error within DuckDB itself)",
}
MODES = ("auto", "each", "group", "all")
POSITIONS = (1, 2, 3, 4, 5)


def cases() -> list[Any]:
    """All there are; a selection with each pair of mode and kind, and of mode and position, is quick."""
    found = []
    for row, mode in enumerate(MODES):
        for column, kind in enumerate(KINDS):
            for position in POSITIONS:
                for backend in BACKENDS:
                    number = row + 2 * column
                    is_quick = position == number % 5 + 1 and (backend == "duckdb" or row == column)
                    marks = [] if is_quick else [pytest.mark.slow]
                    name = f"{backend}, {mode}, {kind} in {position}"
                    found.append(pytest.param(backend, mode, kind, position, marks=marks, id=name))
    return found


@pytest.mark.parametrize(("backend", "mode", "kind", "position"), cases())
def test_what_is_left_and_the_next_run(
    request: pytest.FixtureRequest, backend: str, mode: str, kind: str, position: int
) -> None:
    project: Project = request.getfixturevalue(f"{backend}_project")
    for number in POSITIONS:
        project.migration(script(number), good(number))
    project.migration(script(position), f"CREATE TABLE t{position} (a INTEGER);\n{KINDS[kind].format(p=position)}")
    applied = [] if mode == "all" else list(range(1, position))
    # Of several migrations in one transaction nobody knows which one made the COMMIT fail.
    failed = list(POSITIONS) if mode == "all" and kind == "error at commit" else [position]

    ran = project.main("migrate", "--transaction", mode)
    assert ran.code == 4, ran
    assert ERRORS[kind] in ran.err
    assert "Stack Trace" not in ran.err
    assert ran.err.startswith(f"ducktracker: {script(failed[0])}{'' if kind == 'error at commit' else ':2'}")
    check(project, applied, failed)

    project.migration(script(position), good(position))
    again = project.main("migrate", "--transaction", mode)
    assert (again.code, again.err) == (0, ""), again
    assert history(project) == [
        *((number, True) for number in applied),
        *((number, False) for number in failed),
        *((number, True) for number in POSITIONS if number not in applied),
    ]
    assert tables(project) == [f"t{number}" for number in POSITIONS]
    assert project.main("info", "--json").json["counts"] == {"applied": 5}


def check(project: Project, applied: list[int], failed: list[int]) -> None:
    """The lake, the history and info agree."""
    assert tables(project) == [f"t{number}" for number in applied]
    assert history(project) == [*((number, True) for number in applied), *((number, False) for number in failed)]
    states = {item["version"]: item["state"] for item in project.main("info", "--json").json["migrations"]}
    assert states == {
        number: "applied" if number in applied else "failed" if number in failed else "pending" for number in POSITIONS
    }


def test_the_result_document(project: Project) -> None:
    for number in POSITIONS:
        project.migration(script(number), good(number))
    project.migration(script(3), "CREATE TABLE t3 (a INTEGER);\nCOMMENT ON COLUMN t3.missing IS 'x';")
    ran = project.main("migrate", "--json")
    outcomes = [(item["script"], item["outcome"], item["error"] is None) for item in ran.json["migrations"]]
    assert outcomes == [
        ("V1__x.sql", "applied", True),
        ("V2__x.sql", "applied", True),
        ("V3__x.sql", "failed", False),
        ("V4__x.sql", "skipped", True),
        ("V5__x.sql", "skipped", True),
    ]


def test_two_that_fail_in_a_group(duckdb_project: Project) -> None:
    """Behind the first that fails nothing is tried, and what a COMMIT that failed held open is let go."""
    for number in POSITIONS:
        duckdb_project.migration(script(number), good(number))
    duckdb_project.migration(script(2), "SET threads = 1;")
    duckdb_project.migration(script(4), "CREATE MACRO m(a, b := NULL) AS a;")
    duckdb_project.migration(script(5), "ALTER TABLE missing ADD COLUMN b INTEGER;")
    assert duckdb_project.main("migrate", "--transaction", "group").code == 4
    assert history(duckdb_project) == [(1, True), (2, True), (3, True), (4, False)]
    assert tables(duckdb_project) == ["t1", "t3"]


def script(number: int) -> str:
    return f"V{number}__x.sql"


def good(number: int) -> str:
    return f"CREATE TABLE t{number} (a INTEGER);\nALTER TABLE t{number} ADD COLUMN b DATE;"


def tables(project: Project) -> list[str]:
    rows = project.sql("SELECT DISTINCT table_name FROM duckdb_columns() WHERE database_name = 'lake' ORDER BY 1")
    return [table for (table,) in rows if table != "ducktracker_schema_history"]


def history(project: Project) -> list[tuple[int, bool]]:
    """Version and success of every attempt in order of rank; ranks count from 1."""
    query = "SELECT installed_rank, version, success FROM ducktracker_schema_history ORDER BY installed_rank"
    rows = project.sql(query)
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    return [(version, success) for _, version, success in rows if version is not None]
