"""ducktracker mark: a migration that was run by hand counts as applied."""

import pytest

from support.project import Project

BIRDS = "CREATE TABLE birds (id INTEGER, name VARCHAR);"
COLOUR = "ALTER TABLE birds ADD COLUMN colour VARCHAR;"
RENAME = "ALTER TABLE birds RENAME COLUMN name TO called; COMMENT ON COLUMN birds.called IS 'by Ann';"
HISTORY = "SELECT count(*) FROM ducktracker_schema_history"


@pytest.fixture
def pond(duckdb_project: Project) -> Project:
    """A lake at V1."""
    duckdb_project.migration("V1__birds.sql", BIRDS)
    assert duckdb_project.main("migrate").code == 0
    return duckdb_project


def clean(project: Project) -> None:
    for argv in (["migrate"], ["validate", "--strict"], ["drift"], ["drift", "--against", "files"]):
        ran = project.main(*argv)
        assert ran.code == 0, (argv, ran)


def state(project: Project, version: int) -> str:
    found = project.main("info", "--json").json["migrations"]
    return next(str(item["state"]) for item in found if item["version"] == version)


@pytest.mark.parametrize(
    ("by_hand", "file"),
    [
        pytest.param(COLOUR, COLOUR, id="a column", marks=pytest.mark.slow),
        pytest.param(RENAME, RENAME, id="a renamed column"),
        pytest.param(
            "CREATE OR REPLACE TABLE birds (id INTEGER)",
            "CREATE OR REPLACE TABLE birds (id INTEGER);",
            id="a replaced table",
            marks=pytest.mark.slow,
        ),
        pytest.param("DROP TABLE birds", "DROP TABLE birds;", id="a dropped table", marks=pytest.mark.slow),
        pytest.param(
            "CREATE SCHEMA s; CREATE TABLE s.t AS SELECT * FROM birds; CREATE VIEW v AS FROM s.t",
            "CREATE SCHEMA s; CREATE TABLE s.t (id INTEGER, name VARCHAR); CREATE VIEW v AS FROM s.t;",
            id="a schema, a table and a view",
        ),
        pytest.param(COLOUR, f"{COLOUR} UPDATE birds SET colour = 'red';", id="with rows", marks=pytest.mark.slow),
    ],
)
def test_what_was_run_by_hand(pond: Project, by_hand: str, file: str) -> None:
    pond.sql(by_hand)
    pond.migration("V2__fix.sql", file)
    ran = pond.main("mark", "V2", "--reason", "Ann ran it")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "V2__fix.sql is recorded as applied; it was not run"), ran
    assert state(pond, 2) == "applied"
    pond.migration("V3__next.sql", "CREATE TABLE next (i INTEGER);")
    clean(pond)


@pytest.mark.slow
def test_on_either_backend(postgres_project: Project) -> None:
    postgres_project.migration("V1__birds.sql", BIRDS)
    assert postgres_project.main("migrate").code == 0
    postgres_project.sql(COLOUR)
    postgres_project.migration("V2__fix.sql", COLOUR)
    assert postgres_project.main("mark", "2", "--reason", "Ann ran it").code == 0
    clean(postgres_project)


def test_other_drift_stays(pond: Project) -> None:
    pond.sql(f"{COLOUR} CREATE TABLE other (i INTEGER)")
    pond.migration("V2__fix.sql", COLOUR)
    assert pond.main("mark", "V2", "--reason", "Ann ran it").code == 0
    assert [change["name"] for change in pond.main("drift", "--json").json["changes"]] == ["main.other"]


@pytest.mark.slow
def test_what_was_accepted_before(pond: Project) -> None:
    pond.sql(COLOUR)
    assert pond.main("drift", "--accept", "for now").code == 0
    pond.migration("V2__fix.sql", COLOUR)
    refused = pond.main("mark", "V2", "--reason", "Ann ran it")
    assert (refused.code, "already exists" in refused.err) == (4, True), refused
    assert pond.main("mark", "V2", "--reason", "Ann ran it", "--force").code == 0
    clean(pond)


def test_the_log_says_why(pond: Project) -> None:
    pond.sql(COLOUR)
    pond.migration("V2__fix.sql", COLOUR)
    assert pond.main("mark", "V2", "--reason", "Ann ran it").code == 0
    entry = pond.main("log", "--json").json["entries"][0]
    assert (entry["kind"], entry["note"]) == ("accepted", "V2 marked as applied: Ann ran it")
    assert entry["scripts"] == ["<< Marked V2 >>", "V2__fix.sql"]
    assert [change["name"] for change in entry["changes"]] == ["main.birds.colour"]


def test_undo_of_what_was_not_run(pond: Project) -> None:
    pond.sql(COLOUR)
    pond.migration("V2__fix.sql", COLOUR)
    assert pond.main("mark", "V2", "--reason", "Ann ran it").code == 0
    refused = pond.main("undo", "--yes")
    assert refused.err.startswith(
        "ducktracker: V2__fix.sql: can't be undone: it was recorded as applied without being run"
    )
    assert state(pond, 2) == "applied"
    pond.migration("U2__fix.sql", "ALTER TABLE birds DROP COLUMN colour;")
    assert pond.main("undo", "--yes").code == 0
    assert state(pond, 2) == "undone"
    clean(pond)


@pytest.mark.parametrize(
    ("by_hand", "said"),
    [
        pytest.param("SELECT 1", "- column main.birds.colour", id="nothing was run", marks=pytest.mark.slow),
        pytest.param("ALTER TABLE birds ADD COLUMN colour INTEGER", "~ column main.birds.colour", id="another type"),
    ],
)
def test_a_lake_without_what_it_makes(pond: Project, by_hand: str, said: str) -> None:
    pond.sql(by_hand)
    pond.migration("V2__fix.sql", COLOUR)
    before = pond.sql(HISTORY)
    ran = pond.main("mark", "V2", "--reason", "Ann ran it")
    assert ran.code == 1
    assert ran.err.startswith(f"ducktracker: V2__fix.sql: the lake does not have what it makes: {said}"), ran
    assert pond.sql(HISTORY) == before
    assert pond.main("mark", "V2", "--reason", "I know", "--force").code == 0
    assert state(pond, 2) == "applied"


@pytest.mark.slow
def test_columns_in_another_order(pond: Project) -> None:
    pond.sql("ALTER TABLE birds ADD COLUMN x INTEGER; ALTER TABLE birds ADD COLUMN y INTEGER")
    pond.migration("V2__fix.sql", "ALTER TABLE birds ADD COLUMN y INTEGER; ALTER TABLE birds ADD COLUMN x INTEGER;")
    refused = pond.main("mark", "V2", "--reason", "Ann ran it")
    assert (refused.code, "~ table main.birds column_order" in refused.err) == (1, True), refused


@pytest.mark.slow
def test_not_null_where_there_are_rows(pond: Project) -> None:
    pond.sql("INSERT INTO birds SELECT range, 'x' FROM range(100); ALTER TABLE birds ALTER id SET NOT NULL")
    pond.migration("V2__fix.sql", "ALTER TABLE birds ALTER id SET NOT NULL;")
    assert pond.main("mark", "V2", "--reason", "Ann ran it").code == 0
    assert pond.main("drift").code == 0


def test_one_that_writes_rows_only(pond: Project) -> None:
    pond.migration("V2__fix.sql", "INSERT INTO birds VALUES (1, 'a');")
    ran = pond.main("mark", "V2", "--reason", "Ann ran it")
    assert (ran.code, "was not compared" in ran.err) == (0, True)
    clean(pond)


def test_a_dry_run(pond: Project) -> None:
    pond.sql(COLOUR)
    pond.migration("V2__fix.sql", COLOUR)
    before = pond.sql(HISTORY)
    ran = pond.main("mark", "V2", "--reason", "Ann ran it", "--dry-run")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "+ column main.birds.colour VARCHAR")
    assert pond.sql(HISTORY) == before
    (item,) = pond.main("mark", "V2", "--reason", "Ann ran it", "--json").json["migrations"]
    assert (item["script"], item["outcome"], item["about"]) == ("V2__fix.sql", "applied", "marked as applied, not run")


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        pytest.param(["V1", "--reason", "x"], 1, "V1__birds.sql: is applied already", id="applied"),
        pytest.param(["V9", "--reason", "x"], 2, "no migration has the version 9", id="no file"),
        pytest.param(["V3", "--reason", "x"], 1, "V2__fix.sql: is pending, and below V3", id="a lower one is pending"),
        pytest.param(["V2"], 2, "the following arguments are required: --reason", id="no reason"),
        pytest.param(["x", "--reason", "x"], 2, "argument VERSION: not a version: 'x'", id="no version"),
    ],
)
def test_refused(pond: Project, argv: list[str], code: int, said: str) -> None:
    pond.migration("V2__fix.sql", COLOUR)
    pond.migration("V3__next.sql", "CREATE TABLE t (i INTEGER);")
    ran = pond.main("mark", *argv)
    assert ran.code == code
    assert said in ran.err


def test_a_lake_without_a_history(duckdb_project: Project) -> None:
    duckdb_project.sql(BIRDS)
    duckdb_project.migration("V1__birds.sql", BIRDS)
    ran = duckdb_project.main("mark", "V1", "--reason", "Ann ran it")
    assert (ran.code, "ducktracker baseline" in ran.err) == (2, True), ran
