"""The rows that each statement changes, and a plan that writes and reads none."""

from typing import Any

import pytest

from support.project import Project

SETUP = """
CREATE TABLE birds (id INTEGER, name VARCHAR);
INSERT INTO birds SELECT range, 'owl' FROM range(100);
CREATE TABLE food (id INTEGER)
"""


MERGE = "MERGE INTO birds USING (SELECT 1 AS id) AS n USING (id) WHEN MATCHED THEN DELETE;"
MERGED = "MERGE INTO lake.main.Birds AS b USING (SELECT range + 95 AS id FROM range(20)) AS n ON n.id = b.id"
ADDED = "WHEN NOT MATCHED THEN INSERT VALUES (n.id, CASE WHEN true THEN 'crow' END)"
TWICE = "MERGE INTO birds USING (VALUES (1), (1), (200)) AS n (id) USING (id) WHEN MATCHED THEN"
EMPTY = "it makes an empty table (--rows none)"
EXPLAINED = "it is only explained (--rows none)"
UNKNOWN = "it may need what was not tried"


@pytest.fixture
def pond(duckdb_project: Project) -> Project:
    duckdb_project.sql(SETUP)
    return duckdb_project


def statements(project: Project, *flags: str) -> list[dict[str, Any]]:
    planned = project.main("plan", "--json", *flags)
    assert planned.code == 0, planned.err
    found: list[dict[str, Any]] = planned.json["migrations"][0]["statements"]
    return found


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        pytest.param("INSERT INTO food FROM range(7);", {"inserted": 7}, id="insert"),
        pytest.param("CREATE TABLE n AS FROM birds;", {"inserted": 100}, id="a table of a query"),
        pytest.param("CREATE TEMP TABLE n AS FROM birds;", {"inserted": 100}, id="a temporary one"),
        pytest.param("UPDATE birds SET name = 'x' WHERE id < 3;", {"updated": 3}, id="update"),
        pytest.param("DELETE FROM birds WHERE id >= 90;", {"deleted": 10}, id="delete"),
        pytest.param("TRUNCATE birds;", {"deleted": 100}, id="truncate"),
        pytest.param("DELETE FROM birds WHERE false;", {}, id="none"),
        pytest.param(MERGE, {"deleted": 1}, id="merge that deletes"),
        pytest.param(f"{TWICE} DELETE;", {"deleted": 1}, id="merge that deletes a row twice"),
        pytest.param(f"{MERGED} {ADDED};", {"inserted": 15}, id="merge that inserts"),
        pytest.param(f"{MERGED} WHEN MATCHED THEN DO NOTHING {ADDED};", {"inserted": 15}, id="merge that does nothing"),
        pytest.param(f"{MERGED} WHEN MATCHED THEN UPDATE SET name = 'x';", {"updated": 5}, id="merge that updates"),
        pytest.param(
            f"WITH birds AS (SELECT 1) {MERGED} WHEN MATCHED THEN UPDATE SET name = 'x' {ADDED};",
            {"inserted": 15, "updated": 5},
            id="merge that updates and inserts",
        ),
        pytest.param(
            f"{MERGED} WHEN MATCHED THEN DELETE {ADDED};", {"merged": 20}, id="merge that deletes and inserts"
        ),
        pytest.param("CREATE TABLE n (i INTEGER);", None, id="ddl"),
        pytest.param("SELECT 1;", None, id="a query"),
    ],
)
def test_rows_of_a_statement(pond: Project, sql: str, rows: dict[str, int] | None) -> None:
    pond.migration("V1__a.sql", sql)
    (statement,) = statements(pond)
    none = {"inserted": 0, "updated": 0, "deleted": 0, "merged": 0}
    assert statement["rows"] == (rows if rows is None else none | rows)


@pytest.mark.parametrize(
    ("sql", "reasons", "changes"),
    [
        pytest.param(
            "CREATE TABLE n AS FROM birds;", [EMPTY], ["+ table main.n (id INTEGER, name VARCHAR)"], id="a table"
        ),
        pytest.param(
            "ALTER TABLE birds ADD COLUMN seen DATE DEFAULT DATE '2020-01-01';",
            ["it is not run, as it fills the rows (--rows none)"],
            [],
            id="a column",
        ),
        pytest.param("DELETE FROM birds;\nSELECT sum(id) FROM birds;", [EXPLAINED] * 2, [], id="rows"),
        pytest.param(
            "INSERT INTO food VALUES (1);\nALTER TABLE food ALTER id SET NOT NULL;\nDROP TABLE birds;",
            [EXPLAINED, UNKNOWN, UNKNOWN],
            [],
            id="what needs the rows",
        ),
    ],
)
def test_no_rows(pond: Project, sql: str, reasons: list[str], changes: list[str]) -> None:
    pond.migration("V1__a.sql", sql)
    found = statements(pond, "--rows", "none")
    assert [item["rows"] for item in found] == [None] * len(reasons)
    assert [item["not_tried"].partition(": ")[0] for item in found] == reasons
    shown = pond.main("plan", "--rows", "none").out.partition("\n\n")[2].splitlines()
    assert [line for line in shown if line.startswith(("+", "-"))] == changes


def test_what_can_not_be_bound_fails_without_rows_too(pond: Project) -> None:
    pond.migration("V1__a.sql", "SELECT 1;\nINSERT INTO food SELECT missing FROM birds;")
    planned = pond.main("plan", "--rows", "none")
    assert (planned.code, planned.err.startswith("ducktracker: V1__a.sql:2: Binder Error: ")) == (4, True)


@pytest.mark.parametrize(
    ("sql", "details"),
    [
        pytest.param(f"{TWICE} DELETE;", ["1 row deleted"], id="deletes"),
        pytest.param(f"{MERGED} WHEN MATCHED THEN DELETE {ADDED};", ["up to 20 rows deleted"], id="inserts too"),
        pytest.param(f"{MERGED} WHEN MATCHED THEN UPDATE SET name = 'x';", [], id="updates what is matched"),
    ],
)
def test_rows_that_a_merge_loses(pond: Project, sql: str, details: list[str]) -> None:
    pond.migration("V1__a.sql", sql)
    hazards = pond.main("plan", "--json").json["hazards"]
    assert [(item["rule"], item["detail"]) for item in hazards] == [("DL106", detail) for detail in details]


@pytest.mark.parametrize(
    "sql",
    [
        "FROM missing",
        "INSERT INTO pond SELECT * FROM missing",
        "CREATE VIEW v AS FROM missing",
        "ALTER TABLE missing ADD COLUMN i INTEGER",
        "SELECT 'x'::INTEGER",
    ],
)
def test_only_what_comes_after_a_failure_was_not_tried(duckdb_project: Project, sql: str) -> None:
    duckdb_project.migration("V1__pond.sql", "CREATE TABLE pond (i INTEGER);")
    duckdb_project.migration("V2__x.sql", f"{sql};\nCREATE TABLE later (i INTEGER);")
    planned = duckdb_project.main("plan", "--json")
    _, last = planned.json["migrations"]
    assert planned.code == 4
    assert [item["not_tried"] for item in last["statements"]] == [None, "it comes after what fails"]
