"""DL410: the past of a table that the same transaction has changed."""

import pytest

from support.project import Project
from support.rules import without_rule, write

PAST = "SELECT * FROM t AT (VERSION => 1)"


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param(f"INSERT INTO t VALUES (5, 5);\nINSERT INTO u {PAST};", id="INSERT"),
        pytest.param(f"UPDATE t SET a = 5;\nINSERT INTO u {PAST};", id="UPDATE"),
        pytest.param(f"DELETE FROM t;\nINSERT INTO u {PAST};", id="DELETE"),
        pytest.param(
            "ALTER TABLE t ADD COLUMN c INTEGER;\nUPDATE t SET b = o.b FROM (SELECT rowid r, b FROM t AT "
            "(VERSION => 1)) o WHERE t.rowid = o.r;",
            id="a column that comes back",
        ),
        pytest.param(f"ALTER TABLE t DROP COLUMN b;\nCREATE TABLE v AS {PAST};", id="DROP COLUMN"),
        pytest.param(f"ALTER TABLE t RENAME TO v;\nINSERT INTO u {PAST};", id="the name before"),
        pytest.param(f"ALTER TABLE t RENAME TO v;\nINSERT INTO u {PAST.replace(' t ', ' v ')};", id="the name after"),
        pytest.param(f"DELETE FROM t;\nINSERT INTO u {PAST.replace(' t ', ' main.T ')};", id="another spelling"),
        pytest.param(
            f"DELETE FROM t;\nINSERT INTO u {PAST.replace('VERSION => 1', 'TIMESTAMP => now()')};", id="TIMESTAMP"
        ),
        pytest.param(
            "INSERT INTO t VALUES (5, 5);\nINSERT INTO u SELECT a, b FROM ducklake_table_insertions("
            "'lake', 'main', 't', 1, 2);",
            id="insertions",
        ),
        pytest.param(f"INSERT INTO t VALUES (5, 5);\nSELECT * FROM query('{PAST}');", id="query()"),
        pytest.param(f"INSERT INTO t VALUES (5, 5);\nSET VARIABLE x = (SELECT max(a) FROM ({PAST}));", id="SET"),
    ],
)
def test_the_past_of_a_changed_table_is_refused(duckdb_project: Project, sql: str) -> None:
    write(duckdb_project, "CREATE TABLE t (a INTEGER, b INTEGER);\nCREATE TABLE u (a INTEGER, b INTEGER);", sql)
    ran = duckdb_project.main("migrate")
    assert (ran.code, ran.out) == (2, "")
    assert "V2__x.sql:2: reads the past of a table that the same transaction has changed" in ran.err
    assert "temporary table" in ran.err


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param(f"INSERT INTO u {PAST};\nDELETE FROM t;", id="before the change"),
        pytest.param(f"INSERT INTO t {PAST};", id="by the change itself"),
        pytest.param(f"PREPARE p AS INSERT INTO t {PAST};\nEXECUTE p;", id="by a prepared change"),
        pytest.param(f"CREATE TEMP TABLE old AS {PAST};\nDELETE FROM t;\nINSERT INTO t FROM old;", id="TEMP TABLE"),
        pytest.param(f"DELETE FROM u;\nINSERT INTO u {PAST};", id="another table"),
        pytest.param(f"COMMENT ON TABLE t IS 'x';\nALTER TABLE t SET SORTED BY (a);\nINSERT INTO u {PAST};", id="keys"),
    ],
)
def test_the_past_is_right(duckdb_project: Project, sql: str) -> None:
    tables = "CREATE TABLE t AS SELECT range AS a, 1 AS b FROM range(20);\nCREATE TABLE u (a BIGINT, b INTEGER);"
    write(duckdb_project, tables, sql)
    ran = duckdb_project.main("migrate")
    assert (ran.code, ran.err) == (0, "")
    counts = duckdb_project.sql("SELECT count(*) FROM t WHERE b = 1 UNION ALL SELECT count(*) FROM u WHERE b = 1")
    assert max(counts) == ((40,) if f"INSERT INTO t {PAST}" in sql else (20,))


@pytest.mark.parametrize("read", ["FROM t AT (VERSION => 1)", "FROM v"])
def test_the_changed_table_is_read(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch, read: str) -> None:
    """Without the rule: of the 20 rows that the past has, none comes back."""
    write(duckdb_project, VIEWED, OF_PAST, f"DELETE FROM t;\nINSERT INTO u {read};")
    without_rule(monkeypatch, "DL410")
    assert duckdb_project.main("migrate").code == 0
    assert duckdb_project.sql("SELECT (SELECT count(*) FROM u), (SELECT count(*) FROM v)") == [(0, 20)]


VIEWED = "CREATE TABLE t AS SELECT range AS a FROM range(20);\nCREATE TABLE u (a BIGINT);"
OF_PAST = "CREATE VIEW v AS FROM t AT (VERSION => 1);"


@pytest.mark.parametrize(
    ("before", "sql"),
    [
        pytest.param(OF_PAST, "DELETE FROM t;\nINSERT INTO u FROM V;", id="INSERT"),
        pytest.param(OF_PAST, 'DELETE FROM t;\nCREATE TEMP TABLE x AS SELECT * FROM main."v";', id="TEMP TABLE"),
        pytest.param(OF_PAST, "ALTER TABLE t ADD b INTEGER;\nDELETE FROM u WHERE a IN (FROM v);", id="DELETE"),
        pytest.param("", f"DELETE FROM t;\n{OF_PAST}\nINSERT INTO u FROM v;", id="a new view"),
        pytest.param(OF_PAST.replace("FROM t", "FROM lake.main.t"), "DELETE FROM t;\nINSERT INTO u FROM v;", id="name"),
        pytest.param(OF_PAST, "DELETE FROM t;\nINSERT INTO u SELECT i FROM range(9) r(i), v;", id="behind a comma"),
        pytest.param(OF_PAST, "DELETE FROM t;\nINSERT INTO u FROM query_table('v');", id="query_table()"),
        pytest.param(OF_PAST, "DELETE FROM t;\nINSERT INTO u FROM query('FROM ' || 'v');", id="query()"),
        pytest.param(OF_PAST, "DELETE FROM t;\nSET VARIABLE x = (SELECT max(a) FROM v);", id="SET VARIABLE"),
        pytest.param(OF_PAST, "PREPARE p AS INSERT INTO u FROM v;\nDELETE FROM t;\nEXECUTE p;", id="EXECUTE"),
    ],
)
def test_the_past_of_a_changed_table_through_a_view(duckdb_project: Project, before: str, sql: str) -> None:
    write(duckdb_project, VIEWED, before or "CREATE TABLE w (a INTEGER);", sql)
    ran = duckdb_project.main("migrate")
    assert (ran.code, "the view v reads the past of a table" in ran.err) == (4, True)
    assert f"V3__x.sql:{len(sql.splitlines())}: " in ran.err


OVER = "CREATE VIEW w AS FROM v;"
TABLE_MACRO = "CREATE MACRO m() AS TABLE FROM t AT (VERSION => 1);"
SCALAR = "CREATE MACRO m(x) AS x + (SELECT max(a) FROM t AT (VERSION => 1));"


@pytest.mark.parametrize(
    ("before", "sql", "reader"),
    [
        pytest.param(OF_PAST + OVER, "DELETE FROM t;\nINSERT INTO u FROM w;", "view w", id="a view over a view"),
        pytest.param(OF_PAST, f"DELETE FROM t;\n{OVER}\nINSERT INTO u FROM w;", "view w", id="a new view over a view"),
        pytest.param(
            OVER.replace("v;", "u;"),
            f"{OF_PAST}\nDELETE FROM t;\nCREATE OR REPLACE VIEW w AS FROM v;\nINSERT INTO u FROM w;",
            "view w",
            id="replaced",
        ),
        pytest.param(TABLE_MACRO, "DELETE FROM t;\nINSERT INTO u FROM m();", "macro m", id="a table macro"),
        pytest.param(SCALAR, "DELETE FROM t;\nINSERT INTO u SELECT m(1);", "macro m", id="a scalar macro"),
        pytest.param(SCALAR, "DELETE FROM t;\nUPDATE u SET a = lake.main.M(a);", "macro m", id="another spelling"),
        pytest.param(
            SCALAR, "DELETE FROM t;\nINSERT INTO u SELECT i.m() FROM range(3) r(i);", "macro m", id="a method"
        ),
        pytest.param("", f"DELETE FROM t;\n{SCALAR}\nINSERT INTO u SELECT m(1);", "macro m", id="a new macro"),
        pytest.param(
            SCALAR + "CREATE VIEW w AS SELECT m(a) AS a FROM u;",
            "DELETE FROM t;\nINSERT INTO u FROM w;",
            "view w",
            id="a view over a macro",
        ),
        pytest.param(
            OF_PAST + OVER + "CREATE MACRO n() AS (SELECT max(a) FROM w);",
            "DELETE FROM t;\nINSERT INTO u SELECT n();",
            "macro n",
            id="a macro over a view over a view",
        ),
        pytest.param(
            OF_PAST + "CREATE MACRO n(x) AS TABLE FROM query_table(x);",
            "DELETE FROM t;\nINSERT INTO u FROM n('v');",
            "view v",
            id="named by a string",
        ),
        pytest.param(
            OF_PAST, "CREATE TEMP VIEW w AS FROM v;\nDELETE FROM t;\nINSERT INTO u FROM w;", "view w", id="a TEMP view"
        ),
        pytest.param(
            OF_PAST, "ALTER VIEW v RENAME TO z;\nDELETE FROM t;\nINSERT INTO u FROM z;", "view z", id="renamed"
        ),
    ],
)
def test_the_past_of_a_changed_table_through_others(
    duckdb_project: Project, before: str, sql: str, reader: str
) -> None:
    write(duckdb_project, VIEWED, before or "CREATE TABLE w (a INTEGER);", sql)
    ran = duckdb_project.main("migrate")
    assert (ran.code, f"the {reader} reads the past of a table" in ran.err) == (4, True), ran.err
    assert f"V3__x.sql:{len(sql.splitlines())}: " in ran.err


NAMES_OF_OTHERS = "CREATE TABLE x (v BIGINT, m BIGINT, w BIGINT);"
ALL_OF_PAST = OF_PAST + OVER + SCALAR + NAMES_OF_OTHERS


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("INSERT INTO x SELECT a, 1, 1 FROM u; INSERT INTO u SELECT v FROM x;", id="a column called so"),
        pytest.param("INSERT INTO u SELECT x.v + v FROM x ORDER BY v, m;", id="columns in all places"),
        pytest.param(
            "INSERT INTO u SELECT v.i + w.i FROM range(3) AS v(i) JOIN range(3) w(i) USING (i);", id="aliases"
        ),
        pytest.param("CREATE OR REPLACE VIEW v AS FROM u;\nINSERT INTO u FROM w;", id="replaced"),
        pytest.param("CREATE SCHEMA s; CREATE VIEW s.v AS FROM u; INSERT INTO u FROM s.v;", id="in another schema"),
        pytest.param("DROP VIEW v;\nCREATE TABLE v (a BIGINT);\nINSERT INTO u FROM v;", id="dropped"),
        pytest.param("CREATE VIEW z AS FROM w;", id="kept only"),
        pytest.param("DROP VIEW v; DROP MACRO m; COMMENT ON TABLE x IS 'v';", id="no query"),
    ],
)
def test_what_only_bears_the_name_of_a_reader_of_the_past(duckdb_project: Project, sql: str) -> None:
    write(duckdb_project, VIEWED, ALL_OF_PAST, f"DELETE FROM t;\n{sql}")
    ran = duckdb_project.main("migrate")
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("INSERT INTO u FROM v;\nDELETE FROM t;", id="before the change"),
        pytest.param("DELETE FROM u;\nINSERT INTO u FROM v;", id="another table"),
        pytest.param("INSERT INTO t VALUES (50);\nINSERT INTO u FROM t;", id="no view"),
        pytest.param("INSERT INTO u FROM v;\nDELETE FROM t;\nDROP VIEW v;", id="dropped"),
        pytest.param(f"INSERT INTO u FROM t;\nDELETE FROM t;\n{OF_PAST.replace(' v ', ' w ')}", id="kept only"),
    ],
)
def test_the_past_is_right_through_a_view(duckdb_project: Project, sql: str) -> None:
    write(duckdb_project, VIEWED, OF_PAST, sql)
    ran = duckdb_project.main("migrate")
    assert (ran.code, ran.err) == (0, "")
    assert duckdb_project.sql("SELECT count(*) >= 20 FROM u") == [(True,)]
