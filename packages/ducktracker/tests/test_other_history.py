"""A lake whose history is elsewhere is not migrated from its first version without being asked."""

import pytest

from support.project import Project

SQL = "CREATE TABLE IF NOT EXISTS t (i INT); INSERT INTO t VALUES (1);"
COMMANDS = [["migrate"], ["migrate", "--dry-run"], ["plan"], ["baseline", "-v", "1"], ["drift"]]
COLUMNS = (
    "installed_rank INT, version INT, description VARCHAR, migration_type VARCHAR, script VARCHAR, checksum VARCHAR, "
    "installed_by VARCHAR, installed_on TIMESTAMP, execution_time_ms INT"
)


@pytest.fixture
def lake(project: Project) -> Project:
    project.migration("V1__t.sql", SQL)
    assert project.main("migrate").code == 0
    return project


ELSEWHERE = [
    pytest.param({"DUCKTRACKER_SCHEMA_HISTORY_TABLE": "hist"}, "main.hist", id="another table"),
    pytest.param({"DUCKTRACKER_TARGET_SCHEMA": "app"}, "app.ducktracker_schema_history", id="another schema"),
    pytest.param(
        {"DUCKTRACKER_TARGET_SCHEMA": "my app", "DUCKTRACKER_SCHEMA_HISTORY_TABLE": "a.b"}, "my app.a.b", id="both"
    ),
]


@pytest.mark.parametrize(("settings", "ours"), ELSEWHERE)
def test_a_history_elsewhere(lake: Project, settings: dict[str, str], ours: str) -> None:
    mine = lake.with_environment(**settings)
    said = (
        "this lake has a history in main.ducktracker_schema_history; "
        f"lake.{ours}, which the configuration names, doesn't exist"
    )
    for argv in COMMANDS:
        ran = mine.main(*argv)
        assert (ran.code, ran.out, ran.err.splitlines()[0]) == (2, "", f"ducktracker: {said}")
        assert '"ducktracker_schema_history"' in ran.err
        assert "--new-history" in ran.err
    assert mine.main("info").err == f"ducktracker: {said}\n"
    validated = mine.main("validate")
    assert (validated.code, validated.out.splitlines()[0]) == (2, said)
    assert [item["code"] for item in mine.main("validate", "--json").json["problems"]] == ["other-history"]
    assert lake.sql("SELECT count(*) FROM t") == [(1,)]


@pytest.mark.parametrize(("settings", "ours"), ELSEWHERE)
def test_a_second_history_is_asked_for_once(lake: Project, settings: dict[str, str], ours: str) -> None:
    mine = lake.with_environment(**settings)
    assert mine.main("plan", "--new-history").code == 0
    assert mine.main("migrate", "--dry-run", "--new-history").code == 0
    assert mine.main("migrate").code == 2
    assert mine.main("migrate", "--new-history").out.splitlines()[-1] == "1 migration applied"
    assert mine.main("migrate") == (0, "nothing to apply\n", "")
    assert [project.main("info").err for project in (lake, mine)] == ["", ""]
    assert lake.main("migrate") == (0, "nothing to apply\n", "")


def test_a_baseline_may_begin_a_second_history(lake: Project) -> None:
    mine = lake.with_environment(DUCKTRACKER_SCHEMA_HISTORY_TABLE="hist")
    assert mine.main("baseline", "-v", "1", "--new-history").code == 0
    assert mine.main("migrate") == (0, "nothing to apply\n", "")


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("SELECT 1", id="nothing"),
        pytest.param(f"CREATE TABLE flyway ({COLUMNS})", id="a column is missing"),
        pytest.param("CREATE VIEW h AS SELECT * FROM (VALUES (1)) v(installed_rank)", id="a view"),
        pytest.param(f"CREATE TABLE h ({COLUMNS}, success BOOLEAN); DROP TABLE h", id="dropped"),
        pytest.param(f"CREATE TABLE h ({COLUMNS}, success BOOLEAN); ALTER TABLE h DROP COLUMN script", id="once one"),
        pytest.param(f"CREATE TABLE h ({COLUMNS}, s STRUCT(success BOOLEAN))", id="a field"),
    ],
)
def test_no_history_elsewhere(project: Project, sql: str) -> None:
    project.sql(sql)
    project.migration("V1__t.sql", SQL)
    ran = project.main("migrate")
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("ALTER TABLE ducktracker_schema_history RENAME TO old", id="renamed"),
        pytest.param(f"CREATE SCHEMA s; CREATE TABLE s.h ({COLUMNS}, success BOOLEAN)", id="as 0.1.0 made it"),
    ],
)
def test_a_history_is_known_by_its_columns(lake: Project, sql: str) -> None:
    lake.sql(sql)
    ran = lake.with_environment(DUCKTRACKER_SCHEMA_HISTORY_TABLE="hist").main("migrate")
    assert (ran.code, "has a history in main." in ran.err) == (2, True)


def test_the_same_table_in_other_letters(lake: Project) -> None:
    same = lake.with_environment(
        DUCKTRACKER_SCHEMA_HISTORY_TABLE="DuckTracker_Schema_HISTORY", DUCKTRACKER_TARGET_SCHEMA="MAIN"
    )
    assert same.main("migrate") == (0, "nothing to apply\n", "")
