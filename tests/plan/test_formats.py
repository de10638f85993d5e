"""What a pull request shows of a plan, and what it never shows."""

import pytest

from support.project import Project

LAKE = """
CREATE TABLE birds AS SELECT range AS id, 'owl-' || range AS name FROM range(100);
CREATE VIEW names AS SELECT name FROM birds
"""
NAMES = "CREATE TABLE leak AS PIVOT (SELECT name, 1 AS one FROM birds) ON name USING sum(one);"
VARIABLE = """SET VARIABLE seen = (SELECT min(name) FROM birds);
CREATE TABLE leak AS FROM query_table(getvariable('seen'));"""
ENUM = """CREATE TEMP TYPE kinds AS ENUM (SELECT name FROM birds);
SELECT nothing FROM (PIVOT birds ON name IN kinds USING count(*));"""
PUBLIC = ("github", "markdown")


@pytest.fixture
def pond(duckdb_project: Project) -> Project:
    duckdb_project.sql(LAKE)
    return duckdb_project


def test_annotations(pond: Project) -> None:
    pond.migration(
        "V1__a.sql", "DELETE FROM birds WHERE id < 40;\nALTER TABLE birds DROP COLUMN name;\nCOPY birds TO 'x.csv';"
    )
    pond.migration("V2__b.sql", "-- ducktracker: allow DATA_LOSS\nDELETE FROM birds;")
    planned = pond.main("plan", "--format", "github")
    assert (planned.code, planned.err) == (0, "")
    assert planned.out.splitlines() == [
        "::warning file=migrations/V1__a.sql,line=1,title=DL106 DATA_LOSS main.birds::"
        "40 rows deleted%0Aremedy: copy them to another table first",
        "::warning file=migrations/V1__a.sql,line=2,title=DL103 DATA_LOSS main.birds.name::"
        "100 values that are not NULL%0Aremedy: copy its values elsewhere first, or rename it instead",
        "::warning file=migrations/V1__a.sql,line=2,title=DL303 BROKEN_VIEW main.names::"
        'Binder Error: Referenced column "name" not found in FROM clause! Candidate bindings: "id"'
        "%0Aremedy: replace the view in the same migration",
        "::notice file=migrations/V2__b.sql,line=2,title=DL107 DATA_LOSS main.birds::"
        "60 rows deleted%0Aremedy: add a WHERE, or copy the table first",
        "::notice file=migrations/V1__a.sql,line=3,title=migration V1__a.sql unknown::not tried: COPY writes a file",
        "incomplete: 1 statement; 2 migrations tried on a branch of the lake; nothing was applied",
    ]


def test_a_hazard_that_migrate_refuses_is_an_error(pond: Project) -> None:
    pond.migration("V1__a.sql", "DROP VIEW names; DROP TABLE birds;")
    planned = pond.with_environment(DUCKTRACKER_HAZARDS="refuse").main("plan", "--format", "github")
    assert planned.out.startswith("::error file=migrations/V1__a.sql,line=1,title=DL102 DATA_LOSS main.birds::100 rows")
    assert "migrate would refuse: V1__a.sql:1: DATA_LOSS: main.birds; refused because `behavior.hazards" in planned.out


def test_a_comment(pond: Project) -> None:
    pond.migration("V1__a.sql", 'CREATE TABLE "a``b <x>" (i INTEGER);\nDROP TABLE birds;')
    planned = pond.main("plan", "--format", "markdown")
    assert (planned.code, planned.err) == (0, "")
    lines = planned.out.splitlines()
    assert lines[:3] == ["### ducktracker plan", "", "1 migration tried on a branch of the lake; nothing was applied  "]
    assert "- **DATA_LOSS** (DL102) `main.birds` in `V1__a.sql:2`: `100 rows`; " in planned.out
    assert '+ table main."a``b <x>" (i INTEGER)' in lines[lines.index("```diff") : lines.index("```")]


@pytest.mark.parametrize("form", PUBLIC)
@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("SELECT error(name) FROM birds;", id="an error"),
        pytest.param("SELECT name::INTEGER FROM birds;", id="a cast"),
        pytest.param(NAMES, id="names"),
        pytest.param(VARIABLE, id="a variable"),
        pytest.param(ENUM, id="an enum"),
    ],
)
def test_no_value_is_shown(pond: Project, sql: str, form: str) -> None:
    pond.migration("V1__a.sql", sql)
    planned = pond.main("plan", "--format", form, "--out", "plan.json")
    assert "owl-" not in planned.out + planned.err + (pond.folder / "plan.json").read_text()


@pytest.mark.parametrize("form", PUBLIC)
@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("CREATE TABLE leak AS FROM 'x.csv';", id="a file for a table"),
        pytest.param('CREATE TABLE leak AS FROM birds, "x.csv" AS x;', id="a quoted file for a table"),
        pytest.param("CREATE TABLE leak AS FROM Read_CSV_auto('x.csv');", id="a function"),
        pytest.param("SELECT nothing FROM read_csv('x.csv');", id="an error"),
        pytest.param("CREATE MACRO m() AS TABLE FROM 'x.csv';\nSELECT nothing FROM m();", id="an error behind a macro"),
    ],
)
def test_no_first_line_of_a_file_is_shown(pond: Project, sql: str, form: str) -> None:
    (pond.folder / "x.csv").write_text("owl-7,owl-8\n1,2\n")
    pond.migration("V1__a.sql", sql)
    planned = pond.main("plan", "--allow-external", "--format", form)
    assert "owl-" not in planned.out + planned.err
    assert "not tried: it may make names of values" in planned.out


@pytest.mark.parametrize("form", PUBLIC)
def test_rows_of_a_file_go_into_a_table_that_is_there(pond: Project, form: str) -> None:
    (pond.folder / "x.csv").write_text("owl-7,owl-8\n1,2\n")
    pond.migration("V1__a.sql", "COPY birds FROM 'x.csv' (HEADER);")
    planned = pond.main("plan", "--allow-external", "--format", form)
    assert (planned.code, "incomplete" in planned.out) == (0, False)


def test_a_value_is_shown_if_that_is_asked_for(pond: Project) -> None:
    pond.migration("V1__a.sql", "SELECT name::INTEGER FROM birds;")
    planned, shown = pond.main("plan"), pond.main("plan", "--show-values")
    begin = "ducktracker: V1__a.sql:1: Conversion Error"
    assert planned.err.startswith(f"{begin} (what it says may hold values; --show-values shows it)\n")
    assert shown.err.startswith(f"{begin}: Could not convert string 'owl-0' to INT32")
    assert (planned.code, shown.code) == (4, 4)
    for form in PUBLIC:
        assert pond.main("plan", "--show-values", "--format", form).code == 2


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        pytest.param(NAMES, '"(value 1)" HUGEINT, "(value 2)" HUGEINT, ', id="columns"),
        pytest.param(f'{NAMES}\nALTER TABLE leak RENAME "owl-0" TO first;', '(first HUGEINT, "(value 1)"', id="a name"),
        pytest.param(f"{NAMES}\nCREATE TABLE more AS SELECT leak FROM leak;", "more (leak (of values))", id="fields"),
        pytest.param(
            "SET VARIABLE q = (SELECT 'SELECT 1 AS one, 2 AS \"' || min(name) || '\"' FROM birds);\n"
            "CREATE TABLE leak AS FROM query_table('birds');",
            "leak (id BIGINT, name VARCHAR)",
            id="names of the lake",
        ),
    ],
)
def test_names_that_are_made_of_values_are_shown_if_that_is_asked_for(pond: Project, sql: str, shown: str) -> None:
    pond.migration("V1__a.sql", sql)
    planned = pond.main("plan", "--each", "--out", "plan.json")
    assert (planned.code, planned.err) == (0, "")
    assert shown in planned.out
    assert "owl-1" not in planned.out + (pond.folder / "plan.json").read_text()
    names = '"owl-1"' if "PIVOT" in sql else shown
    assert names in pond.main("plan", "--each", "--show-values").out
    assert pond.main("migrate", "--plan", "plan.json").code == 0


def test_a_broken_view_quotes_no_name_that_is_made_of_a_value(pond: Project) -> None:
    more = "CREATE VIEW v AS SELECT extra FROM leak;\nALTER TABLE leak DROP COLUMN extra;"
    pond.migration("V1__a.sql", f"{NAMES}\nALTER TABLE leak ADD COLUMN extra DATE;\n{more}")
    planned = pond.main("plan", "--json").json
    broken = "Binder Error (what it says may hold values; --show-values shows it)"
    assert [(item["code"], item["detail"]) for item in planned["hazards"]] == [("BROKEN_VIEW", broken)]


def test_a_view_that_reads_a_file_is_not_checked(pond: Project) -> None:
    (pond.folder / "x.csv").write_text("a\n1\n")
    pond.sql(f"CREATE VIEW of_file AS FROM read_csv('{pond.folder}/x.csv')")
    pond.migration("V1__a.sql", "CREATE TABLE t (i INTEGER);")
    planned = pond.main("plan", "--json").json
    assert [item["view"] for item in planned["not_checked"]] == ["main.of_file"]
    assert planned["hazards"] == []
    assert "\n? main.of_file was not checked: Permission Error: " in pond.main("plan").out
    assert pond.main("plan", "--allow-external", "--json").json["not_checked"] == []
