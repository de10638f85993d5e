"""What may need a statement that was not tried is no failure; what fails without one is, just as in migrate."""

import pytest

from support.project import Project

AFTER = "it may need what was not tried"
NO_SCHEMA = f'{AFTER}: Catalog Error: Table with name "o.src" does not exist because schema "o" does not exist.'
NO_COLUMN = f'{AFTER}: Binder Error: Referenced column "j" not found in FROM clause! Candidate bindings: "i"'


@pytest.fixture
def pond(duckdb_project: Project) -> Project:
    """A project whose lake has a table without rows, and one with a row."""
    duckdb_project.migration("V1__birds.sql", "CREATE TABLE birds (id INTEGER);\nCREATE TABLE owls AS SELECT 1 AS id;")
    assert duckdb_project.main("migrate").code == 0
    return duckdb_project


@pytest.mark.parametrize(
    ("files", "reasons"),
    [
        pytest.param(
            ["ATTACH 'other.db' AS o (READ_ONLY);\nINSERT INTO birds SELECT id FROM o.src;\nSELECT 1;"],
            [
                [
                    "ATTACH opens another database",
                    NO_SCHEMA,
                    AFTER,
                ]
            ],
            id="what was not attached",
        ),
        pytest.param(
            ["COPY birds TO 'birds.csv';", "CREATE TABLE n (i INTEGER);\nSELECT j FROM n;", "SELECT 1;"],
            [
                ["COPY writes a file"],
                [
                    None,
                    NO_COLUMN,
                ],
                [AFTER],
            ],
            id="whatever fails later",
        ),
        pytest.param(
            ["CREATE TABLE n (i INTEGER);", "INSERT INTO n FROM read_csv('birds.csv');", "INSERT INTO n VALUES (1);"],
            [[None], ["it opens birds.csv, which only `plan --allow-external` does"], [None]],
            id="a file of the machine",
        ),
    ],
)
def test_what_may_work_is_no_failure(pond: Project, files: list[str], reasons: list[list[str | None]]) -> None:
    for number, sql in enumerate(files, start=2):
        pond.migration(f"V{number}__x.sql", sql)
    planned = pond.main("plan", "--json")
    assert (planned.code, planned.json["failure"]) == (0, None)
    found = [[item["not_tried"] for item in migration["statements"]] for migration in planned.json["migrations"]]
    assert found == reasons
    assert planned.json["incomplete"] == sum(bool(reason) for two in reasons for reason in two)


def test_what_came_before_is_known(pond: Project) -> None:
    """In the transaction of what may need it."""
    pond.migration(
        "V2__x.sql", "COPY birds TO 'x.csv';\nCREATE TABLE n AS FROM range(5);\nFROM missing;\nDROP TABLE owls;"
    )
    planned = pond.main("plan", "--json").json
    statements = planned["migrations"][0]["statements"]
    assert [item["rows"] and item["rows"]["inserted"] for item in statements] == [None, 5, None, None]
    assert [change["name"] for change in planned["diff"]["changes"]] == ["main.n"]
    assert planned["hazards"] == []


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(["CREATE TYPE mood AS ENUM ('good');"], id="a type"),
        pytest.param(["CREATE SEQUENCE numbers;"], id="a sequence"),
        pytest.param(["CREATE INDEX i ON birds (id);"], id="an index"),
        pytest.param(["ALTER TABLE birds ALTER id SET NOT NULL;"], id="not null in a table without rows"),
        pytest.param(
            ["CREATE TABLE n (i INTEGER);", "ALTER TABLE n ALTER i SET NOT NULL;"],
            id="not null in a new one without rows",
        ),
        pytest.param(["CREATE TABLE n (i INTEGER);\nALTER TABLE n ALTER i SET NOT NULL;"], id="not null in one file"),
        pytest.param(["CREATE TABLE n (i INTEGER);\nINSERT INTO n VALUES ('x');"], id="a value"),
        pytest.param(["SELECT 1;", "COMMENT ON COLUMN birds.missing IS 'x';"], id="an error within DuckDB"),
        pytest.param(["ALTER TABLE owls ADD COLUMN j INTEGER;\nALTER TABLE owls RENAME TO o;"], id="a guard"),
    ],
)
@pytest.mark.parametrize("mode", ["each", "group", "all"])
def test_plan_fails_where_migrate_does(pond: Project, files: list[str], mode: str) -> None:
    for number, sql in enumerate(files, start=2):
        pond.migration(f"V{number}__x.sql", sql)
    planned, ran = (pond.main(command, "--transaction", mode, *more) for command, more in COMMANDS)
    assert (planned.code, ran.code) == (4, 4), planned.out
    assert planned.err.splitlines()[0] == ran.err.splitlines()[0]


COMMANDS: tuple[tuple[str, list[str]], ...] = (("plan", ["--show-values"]), ("migrate", []))
