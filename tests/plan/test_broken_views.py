"""Views that a migration breaks, in whatever schema they are and however they name what they read."""

import pytest

from support.project import Project

LAKE = """
CREATE TABLE main.t (a INT, b INT);
CREATE TABLE main.other (c INT);
CREATE SCHEMA s2;
CREATE SCHEMA "s.3";
CREATE SCHEMA app;
CREATE TABLE app.own (a INT, b INT);
"""

CASES = [
    pytest.param("VIEW s2.w AS SELECT b FROM t", "ALTER TABLE t DROP COLUMN b", ["s2.w"], id="of another schema"),
    pytest.param("VIEW s2.w AS SELECT b FROM main.t", "ALTER TABLE t DROP COLUMN b", ["s2.w"], id="with the schema"),
    pytest.param("VIEW s2.w AS SELECT a FROM t", "ALTER TABLE t DROP COLUMN b", [], id="of another column"),
    pytest.param('VIEW "s.3"."W w" AS SELECT b FROM t', "DROP TABLE t", ['"s.3"."W w"'], id="of names with signs"),
    pytest.param(
        "VIEW main.w AS SELECT b FROM app.own", "ALTER TABLE app.own RENAME b TO c", ["main.w"], id="a rename"
    ),
    pytest.param("VIEW w AS FROM t; CREATE VIEW s2.ww AS FROM w", "DROP VIEW w", ["s2.ww"], id="of a view that goes"),
    pytest.param(
        "VIEW w AS SELECT b FROM t; CREATE VIEW s2.ww AS FROM w",
        "ALTER TABLE t DROP COLUMN b",
        ["main.w", "s2.ww"],
        id="of a view that breaks",
    ),
    pytest.param("VIEW s2.w AS SELECT b FROM t", "DROP SCHEMA s2 CASCADE; DROP TABLE t", [], id="that goes too"),
    pytest.param(
        "VIEW s2.w AS SELECT b FROM t",
        "DROP TABLE t; CREATE OR REPLACE VIEW s2.w AS SELECT c FROM other",
        [],
        id="that is replaced",
    ),
    pytest.param(
        "VIEW s2.w AS SELECT b FROM t; DROP TABLE t", "DROP TABLE other", [], id="that was broken before, by hand"
    ),
    pytest.param(
        "SCHEMA x", "CREATE VIEW x.w AS SELECT c FROM other; DROP TABLE other", ["x.w"], id="that the migration makes"
    ),
    pytest.param("MACRO f() AS TABLE FROM t; CREATE VIEW s2.w AS FROM f()", "DROP TABLE t", ["s2.w"], id="of a macro"),
]


@pytest.mark.parametrize(("made", "change", "broken"), CASES)
def test_broken_views(duckdb_project: Project, made: str, change: str, broken: list[str]) -> None:
    duckdb_project.sql(f"{LAKE} CREATE {made}")
    duckdb_project.migration("V1__change.sql", f"{change};")
    planned = duckdb_project.main("plan", "--json").json
    assert [item["name"] for item in planned["hazards"] if item["code"] == "BROKEN_VIEW"] == broken
    strict = duckdb_project.with_environment(DUCKTRACKER_HAZARDS="refuse")
    ran = strict.main("migrate", "--allow", "DATA_LOSS,IDENTITY")
    assert (ran.code, "BROKEN_VIEW" in ran.err) == ((1, True) if broken else (0, False))


@pytest.mark.parametrize(
    ("made", "broken"),
    [
        pytest.param("VIEW app.w AS SELECT b FROM app.own", ["app.w"], id="with the schema"),
        pytest.param("VIEW s2.w AS SELECT b FROM own", ["s2.w"], id="without it, in another schema"),
        pytest.param("VIEW app.w AS SELECT b FROM own", ["app.w"], id="without it"),
        pytest.param("VIEW main.w AS SELECT b FROM t", [], id="of another table"),
    ],
)
def test_broken_views_of_a_target_schema(duckdb_project: Project, made: str, broken: list[str]) -> None:
    duckdb_project.sql(f"{LAKE} USE lake.app; CREATE {made}")
    project = duckdb_project.with_environment(DUCKTRACKER_TARGET_SCHEMA="app")
    project.migration("V1__change.sql", "ALTER TABLE own DROP COLUMN b;")
    planned = project.main("plan", "--json").json
    assert [item["name"] for item in planned["hazards"] if item["code"] == "BROKEN_VIEW"] == broken
