"""DL401: ALTER or COMMENT, and then RENAME TO."""

from typing import Any

import duckdb
import pytest

from support.project import Project
from support.rules import without_rule, write

BIRDS = "CREATE TABLE birds (i INTEGER);"
ALTERED_AND_RENAMED = "ALTER TABLE birds ADD COLUMN a DATE;\nALTER TABLE birds RENAME TO animals;"


def test_alter_then_rename_is_refused(project: Project) -> None:
    write(project, BIRDS, ALTERED_AND_RENAMED)
    ran = project.main("migrate")
    assert ran.code == 4
    assert "V2__x.sql:2: RENAME TO after an ALTER or COMMENT of the same object" in ran.err
    assert project.sql("SELECT count(*) FROM birds") == [(0,)]


def test_alter_then_rename_corrupts_a_lake(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the guard; the check after the commit sees it then."""
    write(duckdb_project, BIRDS, ALTERED_AND_RENAMED, "CREATE TABLE more (a DATE);")
    without_rule(monkeypatch, "DL401")
    ran = duckdb_project.main("migrate")
    assert (ran.code, ran.out.count("applied  V")) == (3, 2)
    assert "after V2__x.sql, lake snapshot" in ran.err
    assert "contains duplicate tables or views (ids [1])" in ran.err
    with pytest.raises(duckdb.Error, match="already exists"):
        duckdb_project.sql("FROM birds")


def test_a_view_that_is_there_twice(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    write(duckdb_project, "CREATE VIEW v AS SELECT 1 AS i;", "COMMENT ON VIEW v IS 'x';\nALTER VIEW v RENAME TO w;")
    without_rule(monkeypatch, "DL401")
    assert "contains duplicate tables or views" in duckdb_project.main("migrate").err


BETWEEN = [
    pytest.param("TABLE", BIRDS, "ALTER TABLE beasts ALTER i TYPE BIGINT;", id="type"),
    pytest.param("TABLE", BIRDS, "COMMENT ON COLUMN beasts.i IS 'x';", id="comment"),
    pytest.param("VIEW", "CREATE VIEW birds AS SELECT 1 AS i;", "COMMENT ON VIEW beasts IS 'x';", id="view"),
]
"""A kind of object, what makes one, and what changes it between two RENAME TO."""


def state(project: Project, name: str) -> list[Any]:
    """Return the type and the comments of a table or view."""
    return project.sql(
        f"SELECT data_type, comment FROM duckdb_columns() WHERE table_name = '{name}' "
        f"UNION ALL SELECT '', comment FROM duckdb_views() WHERE view_name = '{name}' ORDER BY ALL"
    )


@pytest.mark.parametrize("last", ["birds", "animals"])
@pytest.mark.parametrize(("kind", "create", "change"), BETWEEN)
def test_a_change_between_two_names(
    duckdb_project: Project, monkeypatch: pytest.MonkeyPatch, kind: str, create: str, change: str, last: str
) -> None:
    """It is refused; without the rule it is lost."""
    body = f"ALTER {kind} birds RENAME TO beasts;\n{change}\nALTER {kind} beasts RENAME TO {last};"
    write(duckdb_project, create, body)
    ran = duckdb_project.main("migrate")
    assert (ran.code, "V2__x.sql:3: an ALTER or COMMENT between two RENAME TO" in ran.err) == (
        4,
        True,
    )
    before = state(duckdb_project, "birds")
    without_rule(monkeypatch, "DL401")
    assert duckdb_project.main("migrate").code == 0
    assert state(duckdb_project, last) == before


@pytest.mark.parametrize(("kind", "create", "change"), BETWEEN)
def test_a_change_between_two_names_of_something_new(
    duckdb_project: Project, kind: str, create: str, change: str
) -> None:
    write(
        duckdb_project,
        f"{create}\nALTER {kind} birds RENAME TO beasts;\n{change}\nALTER {kind} beasts RENAME TO birds;",
    )
    assert duckdb_project.main("migrate").code == 0
    assert ("BIGINT", None) in state(duckdb_project, "birds") or "x" in dict(state(duckdb_project, "birds")).values()


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("COMMENT ON TABLE birds IS 'x';\nALTER TABLE birds RENAME TO animals;", id="comment on a table"),
        pytest.param(
            "COMMENT ON COLUMN birds.i IS 'x';\nALTER TABLE birds RENAME TO animals;", id="comment on a column"
        ),
        pytest.param("COMMENT ON VIEW v IS 'x';\nALTER VIEW v RENAME TO w;", id="comment on a view"),
        pytest.param("ALTER TABLE birds RENAME i TO j;\nALTER TABLE main.birds RENAME TO animals;", id="a column"),
        pytest.param(
            "ALTER TABLE birds ADD COLUMN a DATE;\nALTER TABLE other RENAME TO o;\nALTER TABLE birds RENAME TO b;",
            id="another table between",
        ),
    ],
)
def test_what_else_is_refused(duckdb_project: Project, sql: str) -> None:
    write(duckdb_project, f"{BIRDS}\nCREATE TABLE other (i INTEGER);\nCREATE VIEW v AS FROM birds;", sql)
    ran = duckdb_project.main("migrate")
    assert ran.code == 4
    assert "RENAME TO after an ALTER or COMMENT" in ran.err
    assert duckdb_project.sql("SELECT count(*) FROM v") == [(0,)]


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("ALTER TABLE birds RENAME TO animals;\nALTER TABLE animals ADD COLUMN a DATE;", id="rename first"),
        pytest.param("ALTER TABLE other ADD COLUMN a DATE;\nALTER TABLE birds RENAME TO animals;", id="another table"),
        pytest.param(
            "CREATE TABLE n (a DATE);\nALTER TABLE n ADD COLUMN b DATE;\nALTER TABLE n RENAME TO animals;",
            id="a new table",
        ),
    ],
)
def test_what_is_safe(duckdb_project: Project, sql: str) -> None:
    write(duckdb_project, f"{BIRDS}\nCREATE TABLE other (i INTEGER);", sql)
    ran = duckdb_project.main("migrate")
    assert (ran.code, ran.err) == (0, "")
    assert duckdb_project.sql("SELECT count(*) FROM animals") == [(0,)]


@pytest.mark.parametrize(("mode", "code"), [("each", 0), ("group", 0), ("all", 4)])
def test_alter_and_rename_in_two_files(duckdb_project: Project, mode: str, code: int) -> None:
    write(duckdb_project, BIRDS)
    assert duckdb_project.main("migrate").code == 0
    write(duckdb_project, BIRDS, *ALTERED_AND_RENAMED.split("\n"))
    assert duckdb_project.main("migrate", "--transaction", mode).code == code
    assert duckdb_project.sql(f"SELECT count(*) FROM {'birds' if code else 'animals'}") == [(0,)]


def test_plan_fails_where_migrate_would_for_a_rename(duckdb_project: Project) -> None:
    duckdb_project.migration("V1__x.sql", "CREATE TABLE t (i INTEGER);")
    assert duckdb_project.main("migrate").code == 0
    duckdb_project.migration("V2__y.sql", "ALTER TABLE t ADD COLUMN j INTEGER;\nALTER TABLE t RENAME TO u;")
    planned = duckdb_project.main("plan")
    assert planned.code == 4
    assert "\nV2__y.sql:2 fails; migrate would end there, and leave this:\n\nno differences\n" in planned.out
    assert planned.err.startswith("ducktracker: V2__y.sql:2: RENAME TO after an ALTER or COMMENT")


def test_plan_may_rename_what_an_earlier_migration_altered(duckdb_project: Project) -> None:
    duckdb_project.migration("V1__x.sql", "CREATE TABLE t (i INTEGER);")
    assert duckdb_project.main("migrate").code == 0
    duckdb_project.migration("V2__y.sql", "ALTER TABLE t ADD COLUMN j INTEGER;")
    duckdb_project.migration("V3__z.sql", "ALTER TABLE t RENAME TO u;")
    planned = duckdb_project.main("plan", "--json")
    assert (planned.code, planned.json["incomplete"]) == (0, 0)
    assert duckdb_project.main("migrate").code == 0
