"""plan --out and migrate --plan: what is applied is what was looked at. And behavior.hazards = "refuse"."""

import json
from pathlib import Path

import pytest

from support.project import Project, copy_of, project_at


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """What `pond` is a copy of."""
    project = project_at(tmp_path_factory.mktemp("pond") / "project")
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INTEGER, name VARCHAR);")
    assert project.main("migrate").code == 0
    project.migration("V2__ponds.sql", "CREATE TABLE ponds (id INTEGER);")
    assert project.main("plan", "--out", "plan.json").code == 0
    return project


@pytest.fixture
def pond(template: Project, tmp_path: Path) -> Project:
    """A project with one applied migration, and a plan for another one in plan.json."""
    return copy_of(template, tmp_path / "project")


def tables(project: Project) -> list[str]:
    query = "SELECT DISTINCT table_name FROM duckdb_columns() WHERE database_name = 'lake' ORDER BY 1"
    return [table for (table,) in project.sql(query) if table != "ducktracker_schema_history"]


def refuse_hazards(project: Project) -> None:
    config = project.folder / "ducktracker.toml"
    config.write_text(config.read_text() + '\n[behavior]\nhazards = "refuse"\n')


def test_a_plan_is_applied(pond: Project) -> None:
    assert pond.main("migrate", "--plan", "plan.json").code == 0
    assert tables(pond) == ["birds", "ponds"]


def test_a_plan_binds_whatever_rows_came(pond: Project) -> None:
    pond.sql("INSERT INTO birds VALUES (1, 'owl')")
    assert pond.main("migrate", "--plan", "plan.json").code == 0


def test_a_plan_up_to_a_version(pond: Project) -> None:
    pond.migration("V3__more.sql", "CREATE TABLE more (id INTEGER);")
    assert pond.main("plan", "--target", "2", "--out", "plan.json").code == 0
    assert pond.main("migrate", "--plan", "plan.json").code == 0
    assert tables(pond) == ["birds", "ponds"]


def test_a_plan_is_applied_once(pond: Project) -> None:
    assert pond.main("migrate", "--plan", "plan.json").code == 0
    again = pond.main("migrate", "--plan", "plan.json")
    assert (again.code, again.out) == (5, "")


def test_the_schema_changed_since(pond: Project) -> None:
    pond.sql("ALTER TABLE birds ADD COLUMN weight DOUBLE")
    ran = pond.main("migrate", "--plan", "plan.json")
    assert (ran.code, ran.out) == (5, "")
    assert "the lake's schema is no longer that of the plan\nhint: nothing was applied" in ran.err
    assert tables(pond) == ["birds"]


@pytest.mark.parametrize(
    ("file", "sql"),
    [
        pytest.param("V2__ponds.sql", "CREATE TABLE ponds (id BIGINT);", id="a file was edited"),
        pytest.param("V3__more.sql", "CREATE TABLE more (id BIGINT);", id="a file came"),
        pytest.param("R__more.sql", "CREATE OR REPLACE VIEW v AS FROM birds;", id="a repeatable file came"),
    ],
)
def test_the_files_changed_since(pond: Project, file: str, sql: str) -> None:
    pond.migration(file, sql)
    ran = pond.main("migrate", "--plan", "plan.json")
    assert (ran.code, ran.out) == (5, "")
    assert f"the pending migrations are no longer those of the plan: {file}" in ran.err
    assert tables(pond) == ["birds"]


def test_a_plan_that_fails_is_not_applied(pond: Project) -> None:
    pond.migration("V3__x.sql", "DROP TABLE missing;")
    assert pond.main("plan", "--out", "plan.json").code == 4
    ran = pond.main("migrate", "--plan", "plan.json")
    assert ran.code == 2
    assert "this plan would fail" in ran.err
    assert tables(pond) == ["birds"]


def test_a_plan_for_a_lake_that_is_still_to_be_made(project: Project) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INTEGER);")
    planned = project.main("plan", "--out", "plan.json", "--json").json
    assert (planned["base_snapshot"], planned["base_fingerprint"]) == (None, None)
    assert project.main("migrate", "--plan", "plan.json").code == 0
    assert tables(project) == ["birds"]


def test_a_plan_for_a_lake_that_somebody_made_since(duckdb_project: Project) -> None:
    duckdb_project.migration("V1__birds.sql", "CREATE TABLE birds (id INTEGER);")
    assert duckdb_project.main("plan", "--out", "plan.json").code == 0
    duckdb_project.sql("CREATE TABLE other (id INTEGER)")
    assert duckdb_project.main("migrate", "--plan", "plan.json").code == 5
    assert tables(duckdb_project) == ["other"]


def test_exit_code(pond: Project) -> None:
    assert pond.main("plan").code == 0
    assert pond.main("plan", "--exit-code").code == 1
    assert pond.main("migrate").code == 0
    assert pond.main("plan", "--exit-code").code == 0


def test_the_document_that_is_saved_is_the_one_that_is_printed(pond: Project) -> None:
    printed = pond.main("plan", "--out", "other.json", "--json")
    assert printed.out == (pond.folder / "other.json").read_text()
    assert json.loads(printed.out)["kind"] == "plan"


def test_a_plan_is_the_same_every_time(pond: Project) -> None:
    pond.main("plan", "--out", "other.json")
    assert (pond.folder / "other.json").read_bytes() == (pond.folder / "plan.json").read_bytes()


LOSS = "CREATE TABLE nests (id INTEGER);\nDROP TABLE birds;"
NO_HAZARD = "CREATE TABLE nests (id INTEGER);\nCREATE TABLE more (id INTEGER);\nDROP TABLE more;"
BOTH = "CREATE TABLE nests (id INTEGER);\nCREATE OR REPLACE TABLE birds (id INTEGER);"


@pytest.mark.parametrize(
    ("sql", "flags", "code"),
    [
        pytest.param(LOSS, [], 1, id="a hazard"),
        pytest.param(NO_HAZARD, [], 0, id="none"),
        pytest.param(LOSS, ["--allow", "DATA_LOSS"], 0, id="allowed by the flag"),
        pytest.param(LOSS, ["--allow", "DATA_LOSS", "--allow", "IDENTITY"], 0, id="allowed by one of two flags"),
        pytest.param(LOSS, ["--allow", "IDENTITY,BROKEN_VIEW"], 1, id="others allowed by the flag"),
        pytest.param(f"-- ducktracker: allow DATA_LOSS\n{LOSS}", [], 0, id="allowed by the file"),
        pytest.param(f"-- ducktracker: allow IDENTITY\n{LOSS}", [], 1, id="another one allowed by the file"),
        pytest.param(f"-- ducktracker: allow IDENTITY\n{BOTH}", ["--allow", "data_loss"], 0, id="one by each"),
        pytest.param(BOTH, ["--allow", "DATA_LOSS"], 1, id="one of two allowed"),
    ],
)
def test_refused_hazards(pond: Project, sql: str, flags: list[str], code: int) -> None:
    refuse_hazards(pond)
    pond.migration("V3__x.sql", sql)
    ran = pond.main("migrate", *flags)
    assert ran.code == code, ran
    assert ("refused because `behavior.hazards" in ran.err) == (code == 1)
    assert ("nests" in tables(pond)) == (code == 0)


def test_a_refusal_names_place_and_remedy(pond: Project) -> None:
    refuse_hazards(pond)
    pond.migration("V3__x.sql", LOSS)
    assert pond.main("migrate").err == (
        'ducktracker: V3__x.sql:2: DATA_LOSS: main.birds; refused because `behavior.hazards = "refuse"`\n'
        "hint: --allow DATA_LOSS, or a leading comment in the file: -- ducktracker: allow DATA_LOSS\n"
    )


def test_an_unknown_directive(pond: Project) -> None:
    pond.migration("V3__x.sql", "-- ducktracker: alow DATA_LOSS\nDROP TABLE birds;")
    for command in ("plan", "migrate"):
        ran = pond.main(command)
        assert ran.code == 2
        assert "V3__x.sql:1: unknown directive `alow`" in ran.err


PART = "ALTER TABLE nests SET PARTITIONED BY (id);"
TOGETHER = {
    "not null behind another ALTER": [
        "ALTER TABLE birds ADD COLUMN a DATE;",
        "ALTER TABLE birds ALTER id SET NOT NULL;",
    ],
    "partitioned behind rows": ["CREATE TABLE nests (id INTEGER);", "INSERT INTO nests FROM range(5000);", PART],
    "an option of a new table": [
        "CREATE TABLE nests (id INTEGER);",
        "CALL lake.set_option('parquet_compression', 'zstd', table_name => 'nests');",
    ],
}


@pytest.mark.parametrize("statements", [pytest.param(statements, id=name) for name, statements in TOGETHER.items()])
def test_what_can_only_be_done_in_two_transactions(pond: Project, statements: list[str]) -> None:
    """Each migration of its own is right, as the branch shows (ducklake-facts.md#set-not-null-needs-statistics)."""
    pond.sql("INSERT INTO birds VALUES (1, 'owl')")
    for version, sql in enumerate(statements, start=3):
        pond.migration(f"V{version}__x.sql", sql)
    planned = pond.main("plan", "--json")
    assert (planned.code, planned.json["failure"], planned.json["incomplete"]) == (0, None, 0)
    assert pond.main("migrate", "--transaction", "each").code == 0


def test_a_failure_within_one_migration_is_one(pond: Project) -> None:
    pond.migration("V2__ponds.sql", "ALTER TABLE birds ADD COLUMN a DATE;\nALTER TABLE birds ALTER id SET NOT NULL;")
    planned = pond.main("plan")
    assert planned.code == 4
    assert planned.err.startswith("ducktracker: V2__ponds.sql:2: Catalog Error: Cannot SET NOT NULL")
    assert pond.main("migrate").code == 4


def test_a_plan_of_the_version_before(pond: Project) -> None:
    """It was made in one transaction on the lake itself, and says nothing of what DuckLake does at a COMMIT."""
    plan = json.loads((pond.folder / "plan.json").read_text()) | {"version": 1}
    (pond.folder / "plan.json").write_text(json.dumps(plan))
    ran = pond.main("migrate", "--plan", "plan.json")
    message = "ducktracker: plan.json: this is plan version 1; this ducktracker migrate reads 2\n"
    assert (ran.code, ran.out, ran.err) == (2, "", message)
    assert tables(pond) == ["birds"]


def test_a_plan_of_a_branch_of_another_lake(pond: Project, tmp_path: Path) -> None:
    other = project_at(tmp_path / "other")
    other.migrations(pond.folder / "migrations")
    assert other.main("migrate", "--target", "1").code == 0
    assert other.main("branch", "create", "try").code == 0
    assert other.main("-b", "try", "plan", "--out", str(pond.folder / "plan.json")).code == 0
    ran = pond.main("migrate", "--plan", "plan.json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        f"ducktracker: plan.json: this plan was made on a branch, and is not one of {pond.folder}/lake.db",
        "hint: make one for this lake: ducktracker plan --out FILE",
    ]
    assert tables(pond) == ["birds"]


def test_a_file_that_can_not_be_written(pond: Project) -> None:
    ran = pond.main("plan", "--out", str(Path("missing", "plan.json")))
    assert ran.code == 2
    assert "missing/plan.json: can't be written: No such file or directory" in ran.err
