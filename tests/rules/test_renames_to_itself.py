"""DL406: CREATE or ALTER, and then RENAME TO the same name."""

import duckdb
import pytest

from support.project import Project
from support.rules import without_rule, write


@pytest.mark.parametrize(
    ("sql", "query"),
    [
        pytest.param("CREATE OR REPLACE TABLE t (i DATE);\nALTER TABLE t RENAME TO T;", "FROM t", id="table"),
        pytest.param("CREATE VIEW v AS SELECT 1;\nALTER VIEW v RENAME TO v;", "FROM v", id="view"),
        pytest.param("ALTER TABLE t RENAME TO T;\nALTER TABLE T RENAME TO t;", "FROM t", id="renamed"),
        pytest.param("ALTER TABLE t ADD j DATE;\nALTER TABLE t RENAME TO T;", "SELECT j FROM t", id="altered"),
    ],
)
def test_what_is_renamed_to_its_own_name(
    duckdb_project: Project, monkeypatch: pytest.MonkeyPatch, sql: str, query: str
) -> None:
    """It is refused; without the guard the object is gone, or its column."""
    write(duckdb_project, "CREATE TABLE t (i DATE);", sql)
    ran = duckdb_project.main("migrate")
    assert (ran.code, ran.out) == (2, "")
    assert "V2__x.sql:2: RENAME TO the same name after a CREATE or ALTER in one transaction" in ran.err
    without_rule(monkeypatch, "DL406")
    assert duckdb_project.main("migrate").code == 0
    with pytest.raises((duckdb.CatalogException, duckdb.BinderException)):
        duckdb_project.sql(query)


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("ALTER TABLE u ADD j DATE;\nALTER TABLE t RENAME TO T;", id="another table is altered"),
        pytest.param("CREATE TABLE w (i DATE);\nALTER TABLE t RENAME TO T;", id="another is created"),
        pytest.param("COMMENT ON VIEW v IS 'x';\nALTER TABLE t RENAME TO T;", id="a view has a comment"),
        pytest.param("INSERT INTO t VALUES (NULL);\nALTER TABLE t RENAME TO T;", id="rows"),
        pytest.param("DROP TABLE u;\nALTER TABLE t RENAME TO T;\nALTER TABLE t ADD j DATE;", id="altered then"),
    ],
)
def test_what_is_renamed_to_its_own_name_rightly(duckdb_project: Project, sql: str) -> None:
    write(duckdb_project, "CREATE TABLE t (i DATE);\nCREATE TABLE u (i DATE);\nCREATE VIEW v AS SELECT 1;", sql)
    ran = duckdb_project.main("migrate")
    assert (ran.code, ran.err) == (0, "")
    found = duckdb_project.sql("SELECT DISTINCT table_name FROM duckdb_columns() WHERE lower(table_name) = 't'")
    assert found == [("T",)]
    duckdb_project.sql("FROM t")
