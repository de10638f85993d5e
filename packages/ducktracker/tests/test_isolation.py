"""What a migration does to its session does not reach the next one."""

import pytest

from support.project import Project

LEAKS = [
    pytest.param("CREATE SCHEMA other; USE lake.other;", "CREATE TABLE here (i INT);", id="USE a schema"),
    pytest.param("ATTACH ':memory:' AS m; USE m;", "CREATE TABLE here (i INT);", id="USE a database"),
    pytest.param("CREATE SCHEMA other; SET schema = 'lake.other';", "CREATE TABLE here (i INT);", id="SET schema"),
    pytest.param("CREATE SCHEMA other; SET search_path = 'other';", "CREATE TABLE here (i INT);", id="SET search_path"),
]
GONE = [
    pytest.param("SET VARIABLE n = 7;", "SELECT coalesce(getvariable('n'), 0)", 0, id="SET VARIABLE"),
    pytest.param("SET threads = 1;", "SELECT current_setting('threads') = 1", False, id="SET"),
    pytest.param("SET GLOBAL threads = 1;", "SELECT current_setting('threads') = 1", False, id="SET GLOBAL"),
    pytest.param("PRAGMA threads = 1;", "SELECT current_setting('threads') = 1", False, id="PRAGMA"),
    pytest.param(
        "CREATE TEMP TABLE t (i INT);",
        "SELECT count(*) FROM duckdb_tables() WHERE temporary",
        0,
        id="temporary table",
    ),
    pytest.param(
        "CREATE OR REPLACE TEMPORARY VIEW t AS SELECT 1;",
        "SELECT count(*) FROM duckdb_views() WHERE temporary AND NOT internal",
        0,
        id="temporary view",
    ),
    pytest.param(
        "CREATE TEMP MACRO t() AS 1;",
        "SELECT count(*) FROM duckdb_functions() WHERE function_name = 't'",
        0,
        id="temporary macro",
    ),
    pytest.param(
        "ATTACH ':memory:' AS m;", "SELECT count(*) FROM duckdb_databases() WHERE database_name = 'm'", 0, id="ATTACH"
    ),
    pytest.param(
        "CREATE SECRET s (TYPE ducklake, METADATA_PATH 'x');", "SELECT count(*) FROM duckdb_secrets()", 0, id="SECRET"
    ),
    pytest.param("PREPARE p AS SELECT 1;", "SELECT count(*) FROM duckdb_prepared_statements()", 0, id="PREPARE"),
]


@pytest.mark.parametrize("transaction", ["each", "auto", "group"])
@pytest.mark.parametrize(("first", "second"), LEAKS)
def test_unqualified_names_go_to_the_target_schema(project: Project, first: str, second: str, transaction: str) -> None:
    project.migration("V1__first.sql", first)
    project.migration("V2__second.sql", second)
    ran = project.main("migrate", "--transaction", transaction)
    assert ran.code == 0, ran.err
    assert project.sql("SELECT table_schema FROM information_schema.tables WHERE table_name = 'here'") == [("main",)]


@pytest.mark.parametrize(("first", "question", "answer"), GONE)
def test_what_was_set_is_gone(project: Project, first: str, question: str, answer: object) -> None:
    project.migration("V1__first.sql", first)
    project.migration("V2__second.sql", f"CREATE TABLE told AS SELECT ({question}) AS answer;")
    ran = project.main("migrate")
    assert ran.code == 0, ran.err
    assert project.sql("SELECT answer FROM told") == [(answer,)]


def test_the_history_is_written_whatever_a_migration_uses(project: Project) -> None:
    project.migration("V1__first.sql", "CREATE SCHEMA other; USE lake.other; CREATE TABLE there (i INT);")
    assert project.main("migrate").code == 0
    assert project.main("info", "--json").json["counts"] == {"applied": 1}
    assert project.sql("SELECT count(*) FROM other.there") == [(0,)]


def test_a_failing_migration_that_used_another_schema(project: Project) -> None:
    project.migration("V1__first.sql", "CREATE SCHEMA other; USE lake.other; SELECT missing;")
    assert project.main("migrate").code == 4
    assert project.main("info", "--json").json["counts"] == {"failed": 1}
    project.migration("V1__first.sql", "CREATE TABLE here (i INT);")
    assert project.main("migrate").code == 0
    assert project.sql("SELECT table_schema FROM information_schema.tables WHERE table_name = 'here'") == [("main",)]


def test_a_target_schema_of_its_own_is_made(project: Project) -> None:
    mine = project.with_environment(DUCKTRACKER_TARGET_SCHEMA="my schema")
    mine.migration("V1__first.sql", "CREATE TABLE here (i INT); CREATE TABLE main.there (i INT);")
    mine.migration("R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT i FROM here;")
    assert mine.main("migrate").code == 0
    found = "SELECT table_schema, table_name FROM information_schema.tables WHERE table_name IN ('here', 'there', 'v')"
    assert sorted(project.sql(found)) == [("main", "there"), ("my schema", "here"), ("my schema", "v")]
    assert mine.main("drift").code == 0
    assert mine.main("info", "--json").json["counts"] == {"applied": 2}
