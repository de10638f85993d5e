"""What this build of DuckLake does wrongly without saying so: it is so, and it is kept off.

The list is docs/ducklake-facts.md, "What one transaction loses".
"""

import re
import subprocess
import sys
from typing import Any

import duckdb
import pytest

from support.lakes import attached
from support.project import Project
from support.rules import without_rule

BIRDS = "CREATE TABLE birds (i INTEGER);"
ALTERED_AND_RENAMED = "ALTER TABLE birds ADD COLUMN a DATE;\nALTER TABLE birds RENAME TO animals;"


def write(project: Project, *files: str) -> None:
    for version, sql in enumerate(files, start=1):
        project.migration(f"V{version}__x.sql", sql)


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
    assert "after V2__x.sql, in lake snapshot" in ran.err
    assert "tables or views [1] are there twice" in ran.err
    with pytest.raises(duckdb.Error, match="already exists"):
        duckdb_project.sql("FROM birds")


def test_a_view_that_is_there_twice(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    write(duckdb_project, "CREATE VIEW v AS SELECT 1 AS i;", "COMMENT ON VIEW v IS 'x';\nALTER VIEW v RENAME TO w;")
    without_rule(monkeypatch, "DL401")
    assert "are there twice" in duckdb_project.main("migrate").err


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


def test_an_error_does_not_end_a_transaction(duckdb_project: Project) -> None:
    with attached(duckdb_project.source, duckdb_project.data_path) as lake:
        lake.execute("BEGIN")
        lake.execute(BIRDS)
        with pytest.raises(duckdb.CatalogException):
            lake.execute("DROP TABLE missing")
        lake.execute("COMMIT")
        assert lake.execute("SELECT count(*) FROM birds").fetchall() == [(0,)]


def test_all_before_an_error_is_rolled_back(duckdb_project: Project) -> None:
    write(duckdb_project, f"{BIRDS}\nDROP TABLE missing;")
    assert duckdb_project.main("migrate").code == 4
    with pytest.raises(duckdb.CatalogException):
        duckdb_project.sql("FROM birds")


WITHOUT_THE_SETTING = """
import dt_lake.lake
from ducktracker.cli.main import main
del dt_lake.lake._CONFIG["disable_database_invalidation"]
main(["migrate"])
"""


def test_an_internal_error_would_end_the_process(duckdb_project: Project) -> None:
    """With the setting the failure is reported and recorded: test_failure_matrix.py."""
    write(duckdb_project, BIRDS, "COMMENT ON COLUMN birds.missing IS 'x';")
    command = [sys.executable, "-c", WITHOUT_THE_SETTING]
    ended = subprocess.run(command, cwd=duckdb_project.folder, env=duckdb_project.environment, capture_output=True)
    assert ended.returncode == -6
    assert duckdb_project.main("info", "--json").json["counts"] == {"applied": 1, "pending": 1}


PIVOT = "PIVOT birds ON i USING count(*)"


@pytest.mark.parametrize(("last", "code"), [("CREATE TABLE x (a DATE)", 0), ("DROP TABLE missing", 4)])
def test_a_pivot_is_no_transaction_control(duckdb_project: Project, last: str, code: int) -> None:
    """DuckDB expands it into several statements, and `DROP TABLE missing` would not undo a hidden COMMIT."""
    assert len(duckdb.extract_statements(PIVOT)) > 1
    birds = f"{BIRDS}\nINSERT INTO birds VALUES (1), (2), (2);"
    write(duckdb_project, birds, f"CREATE TABLE before (a DATE);\n{PIVOT};\n{last};")
    assert duckdb_project.main("migrate").code == code
    found = duckdb_project.sql("SELECT DISTINCT table_name FROM duckdb_columns() WHERE table_name IN ('before', 'x')")
    assert len(found) == (0 if code else 2)


MANY = "INSERT INTO t (a) SELECT range FROM range(1000);"
OTHERS = "INSERT INTO t SELECT range, 2 FROM range(1000);"
DEFAULT = "ALTER TABLE t ADD COLUMN b INTEGER DEFAULT 1;"
WRONG = "\n".join(("CREATE TABLE t (a INTEGER);", MANY, DEFAULT, OTHERS))


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param(WRONG, id="plain"),
        pytest.param(WRONG.replace(" t ", " main.t ", 1), id="schema at one place"),
        pytest.param(WRONG.replace(" t ", ' "lake"."main"."t" '), id="quoted and qualified"),
        pytest.param(WRONG.replace("CREATE TABLE t", "CREATE TABLE IF NOT EXISTS T"), id="if not exists"),
        pytest.param(WRONG.replace("CREATE TABLE", "CREATE OR REPLACE TABLE"), id="or replace"),
        pytest.param(
            f"CREATE TABLE t AS SELECT range AS a FROM range(1000);\n{DEFAULT}\n{OTHERS}",
            id="CTAS",
        ),
        pytest.param(
            WRONG.replace(OTHERS, "WITH x AS (SELECT range, 2 FROM range(1000)) INSERT INTO t FROM x;"), id="WITH"
        ),
        pytest.param(
            WRONG.replace(" t ", " u ", 2).replace(DEFAULT, "ALTER TABLE u RENAME TO t;\n" + DEFAULT), id="renamed"
        ),
        pytest.param(WRONG.replace(OTHERS, f"EXPLAIN ANALYZE {OTHERS}"), id="EXPLAIN ANALYZE"),
    ],
)
def test_wrong_statistics_are_refused(duckdb_project: Project, sql: str) -> None:
    """The rule itself, and what is right beside it: test_one_transaction.py."""
    write(duckdb_project, sql)
    ran = duckdb_project.main("migrate")
    assert ran.code == 4
    assert f"V1__x.sql:{len(sql.splitlines())}: rows, a new column (b) and more rows in one transaction" in ran.err
    with pytest.raises(duckdb.CatalogException):
        duckdb_project.sql("FROM t")


def test_wrong_statistics_of_several_files_are_refused(project: Project) -> None:
    """One transaction for all of them makes the sequence."""
    write(project, *("\n".join(part) for part in (WRONG.split("\n")[:2], WRONG.split("\n")[2:])))
    ran = project.main("migrate", "--transaction", "all")
    assert ran.code == 4
    assert "V2__x.sql:2: rows, a new column (b) and more rows in one transaction" in ran.err
    assert project.main("migrate").code == 0
    assert project.sql("SELECT count(*) FROM t WHERE b = 1") == [(1000,)]


SMALL = "INSERT INTO t VALUES (1, 5), (2, 50), (3, 500);\nUPDATE t SET b = 10 WHERE a = 1;\nDELETE FROM t WHERE a = 3;"


@pytest.mark.parametrize("mode", ["each", "all"])
def test_small_rows_that_change_again(project: Project, mode: str) -> None:
    """They go into files, and the next small rows in the catalog (ducklake-facts.md#small-rows-that-change-again)."""
    write(project, f"CREATE TABLE t (a INTEGER, b INTEGER);\n{SMALL}", "INSERT INTO t VALUES (9, 20);")
    ran = project.main("migrate", "--transaction", mode)
    assert (ran.code, ran.err) == (0, "")
    assert project.sql("SELECT min(b), max(b), max(a) FROM t") == [(10, 50, 9)]
    places = project.sql("SELECT DISTINCT starts_with(filename, 'ducklake_inlined') FROM t ORDER BY ALL")
    assert places == [(False,), (True,)]


def test_small_rows_that_an_option_keeps_in_the_catalog(project: Project) -> None:
    write(project, "CREATE TABLE t (a INTEGER, b INTEGER);")
    assert project.main("migrate").code == 0
    project.sql("CALL lake.set_option('data_inlining_row_limit', 100)")
    write(project, "CREATE TABLE t (a INTEGER, b INTEGER);", SMALL)
    ran = project.main("migrate")
    assert (ran.code, "V2__x.sql:2: a small INSERT and then a change of its rows" in ran.err) == (4, True)


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


NESTED = "ALTER TABLE t ADD COLUMN s STRUCT(a INTEGER, b INTEGER);"
LIST = "ALTER TABLE t ADD COLUMN s INTEGER[];"
AGAIN = "changes a nested column that the same transaction added"
SORTED, PARTITIONED = "ALTER TABLE t SET SORTED BY (i);", "ALTER TABLE t SET PARTITIONED BY (i);"
FORGOTTEN = [
    pytest.param(f"{NESTED}\nALTER TABLE t DROP COLUMN s.a;", AGAIN, id="drop a new field"),
    pytest.param(f"{NESTED}\nALTER TABLE t RENAME COLUMN s.a TO z;", AGAIN, id="rename a new field"),
    pytest.param(f"{NESTED}\nALTER TABLE t RENAME s TO z;", AGAIN, id="rename a new struct"),
    pytest.param(f"{NESTED}\nALTER TABLE t ALTER s TYPE STRUCT(a BIGINT, b INTEGER);", AGAIN, id="retype a new struct"),
    pytest.param(f"{NESTED}\nALTER TABLE t ALTER COLUMN s SET DEFAULT NULL;", AGAIN, id="default of a new struct"),
    pytest.param(f"{LIST}\nALTER TABLE t RENAME s TO z;", AGAIN, id="rename a new list"),
    pytest.param(f"{LIST}\nALTER TABLE t ALTER s TYPE BIGINT[];", AGAIN, id="retype a new list"),
    pytest.param(
        f"{LIST.replace('INTEGER[]', 'MAP(DATE, DATE)')}\nALTER TABLE t RENAME s TO z;", AGAIN, id="rename a new map"
    ),
    pytest.param(
        f"{NESTED}\nALTER TABLE t DROP COLUMN s;\n{NESTED}\nALTER TABLE t DROP COLUMN s.b;", AGAIN, id="added twice"
    ),
]
TWO_TABLES = "CREATE TABLE t (i INTEGER, p STRUCT(a INTEGER, b INTEGER));"
TWO_TABLES += TWO_TABLES.replace(" t ", " u ")


def one_by_one(project: Project, sql: str) -> list[Any]:
    """Make the two tables, run the statements on u in a transaction each, and return what that comes to."""
    write(project, TWO_TABLES)
    assert project.main("migrate").code == 0
    for statement in sql.split("\n"):
        project.sql(statement.replace("TABLE t ", "TABLE u "))
    return state(project, "u")


@pytest.mark.parametrize(("sql", "message"), FORGOTTEN)
def test_what_one_transaction_would_forget(duckdb_project: Project, sql: str, message: str) -> None:
    write(duckdb_project, TWO_TABLES, sql)
    ran = duckdb_project.main("migrate")
    assert (ran.code, ran.out) == (2, "")
    assert f"V2__x.sql:{len(sql.splitlines())}: {message}" in ran.err
    assert duckdb_project.main("plan").code == 2


@pytest.mark.parametrize(("sql", "message"), FORGOTTEN)
def test_it_does_forget(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch, sql: str, message: str) -> None:
    """Without the guard: another schema than the same statements make one by one, or a lake that does not load."""
    expected = one_by_one(duckdb_project, sql)
    write(duckdb_project, TWO_TABLES, sql, "FROM t;")
    without_rule(monkeypatch, "DL402")
    ran = duckdb_project.main("migrate")
    assert (ran.code, state(duckdb_project, "t")) != (0, expected)


@pytest.mark.parametrize(("sql", "message"), FORGOTTEN)
def test_several_migrations_do_not_forget(duckdb_project: Project, sql: str, message: str) -> None:
    expected = one_by_one(duckdb_project, sql)
    write(duckdb_project, TWO_TABLES, *sql.split("\n"))
    ran = duckdb_project.main("migrate", "--transaction", "all")
    assert (ran.code, message in ran.err) == (2, True)
    assert duckdb_project.main("migrate", "--transaction", "group").code == 0
    assert state(duckdb_project, "t") == expected


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param(f"{NESTED}\nALTER TABLE t DROP COLUMN s;", id="a new struct is dropped"),
        pytest.param(f"{NESTED}\nALTER TABLE t ADD COLUMN s.c INTEGER;", id="a new struct gets a field"),
        pytest.param(f"{NESTED}\nALTER TABLE t RENAME p TO q;\nALTER TABLE t DROP COLUMN q.a;", id="another column"),
        pytest.param("ALTER TABLE t ADD COLUMN p.c INTEGER;\nALTER TABLE t RENAME p.c TO d;", id="a new field"),
        pytest.param("ALTER TABLE t ADD COLUMN c INTEGER;\nALTER TABLE t RENAME c TO d;", id="a plain column"),
        pytest.param(f"{SORTED}\nALTER TABLE t RESET SORTED BY;\n{PARTITIONED}", id="other keys"),
    ],
)
def test_what_is_not_forgotten(duckdb_project: Project, sql: str) -> None:
    expected = one_by_one(duckdb_project, sql)
    write(duckdb_project, TWO_TABLES, sql)
    assert duckdb_project.main("migrate").code == 0
    assert state(duckdb_project, "t") == expected


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


SORTED_TABLE = "CREATE TABLE t (i INTEGER, j INTEGER);\nALTER TABLE t SET SORTED BY (i);"
RENAMED = "ALTER TABLE t RENAME i TO k;"
OLD_NAME = f"{RENAMED}\nALTER TABLE t ALTER k SET DEFAULT 3;"
WITH_DEFAULT = "CREATE TABLE t (i INTEGER NOT NULL DEFAULT 3, j INTEGER);"
LATER = "CREATE TABLE t (j INTEGER);\nINSERT INTO t VALUES (1);"
ADDED = "ALTER TABLE t ADD COLUMN i INTEGER DEFAULT 3;"
RETYPED = "ALTER TABLE t ALTER i TYPE BIGINT;"
ALTERED_TWICE = [
    pytest.param([SORTED_TABLE, OLD_NAME], id="sorted before"),
    pytest.param([f"{SORTED_TABLE}\n{OLD_NAME}"], id="sorted in the same transaction"),
    pytest.param(
        [SORTED_TABLE, f"ALTER TABLE t RENAME TO u;\n{OLD_NAME.replace(' t ', ' u ')}\nALTER TABLE u RENAME TO t;"],
        id="a renamed table",
    ),
    pytest.param([WITH_DEFAULT, f"{RETYPED}\n{RENAMED}"], id="default: rename"),
    pytest.param([WITH_DEFAULT, f"{RETYPED}\nALTER TABLE t ALTER i TYPE HUGEINT;"], id="default: retype"),
    pytest.param([WITH_DEFAULT, f"{RETYPED}\nALTER TABLE t ALTER i DROP NOT NULL;"], id="default: nulls"),
    pytest.param([f"{WITH_DEFAULT}\n{RETYPED}\n{RENAMED}"], id="default: a new table"),
    pytest.param([LATER, ADDED, f"{RETYPED}\n{RENAMED}"], id="older rows: rename"),
    pytest.param([LATER, ADDED, f"{RETYPED}\nALTER TABLE t ALTER i SET DEFAULT 5;"], id="older rows: default"),
    pytest.param([LATER, f"{ADDED}\n{RETYPED}\nALTER TABLE t ALTER i SET DEFAULT 5;"], id="older rows: added now"),
    pytest.param(
        [
            LATER,
            ADDED,
            "ALTER TABLE t RENAME i TO n;\nALTER TABLE t ALTER n TYPE BIGINT;\nALTER TABLE t RENAME n TO k;",
        ],
        id="older rows: a renamed column",
    ),
]


@pytest.mark.parametrize("files", ALTERED_TWICE)
def test_a_column_altered_twice_is_refused(duckdb_project: Project, files: list[str]) -> None:
    write(duckdb_project, *files)
    ran = duckdb_project.main("migrate")
    assert ran.code == 4
    assert re.search(
        rf"V{len(files)}__x.sql:\d: .* in one transaction l.* in this build of DuckLake; put this", ran.err
    )
    planned = duckdb_project.main("plan")
    assert (planned.code, "in this build of DuckLake" in planned.err) == (4, True)


@pytest.mark.parametrize("sql", [OLD_NAME, f"{RETYPED}\n{RENAMED}"], ids=["sorted", "default"])
def test_a_column_altered_twice_on_postgresql(postgres_project: Project, sql: str) -> None:
    write(postgres_project, f"{SORTED_TABLE.replace('(i INTEGER', '(i INTEGER DEFAULT 3')}", sql)
    ran = postgres_project.main("migrate")
    assert (ran.code, "in this build of DuckLake" in ran.err) == (4, True)


@pytest.mark.parametrize("files", ALTERED_TWICE)
def test_what_a_column_altered_twice_loses(
    duckdb_project: Project, monkeypatch: pytest.MonkeyPatch, files: list[str]
) -> None:
    """Without the guard, and statement by statement."""
    without_rule(monkeypatch, "DL403", "DL404")
    write(duckdb_project, *files)
    assert duckdb_project.main("migrate").code == 0
    lost = content(duckdb_project)
    duckdb_project.sql("DROP TABLE t")
    for statement in "\n".join(files).split("\n"):
        duckdb_project.sql(statement)
    assert content(duckdb_project) != lost


@pytest.mark.parametrize("files", ALTERED_TWICE)
def test_a_column_altered_in_several_migrations(duckdb_project: Project, files: list[str]) -> None:
    for statement in "\n".join(files).split("\n"):
        duckdb_project.sql(statement)
    expected = content(duckdb_project)
    duckdb_project.sql("DROP TABLE t")
    write(duckdb_project, *"\n".join(files).split("\n"))
    assert duckdb_project.main("migrate", "--transaction", "group").code == 0
    assert content(duckdb_project) == expected


@pytest.mark.parametrize(
    "files",
    [
        pytest.param([SORTED_TABLE, f"ALTER TABLE t ALTER i SET DEFAULT 3;\n{RENAMED}"], id="the RENAME last"),
        pytest.param([SORTED_TABLE, f"{RENAMED}\nALTER TABLE t ALTER j SET DEFAULT 3;"], id="another column"),
        pytest.param([SORTED_TABLE.split("\n")[0], OLD_NAME], id="not sorted"),
        pytest.param([LATER, ADDED, f"{RENAMED}\nALTER TABLE t ALTER k TYPE BIGINT;"], id="the TYPE last"),
        pytest.param([LATER, f"{ADDED}\n{RETYPED}"], id="retyped once"),
        pytest.param([WITH_DEFAULT, f"{RETYPED}\nALTER TABLE t ALTER i SET DEFAULT 5;"], id="another default"),
        pytest.param([SORTED_TABLE, f"{RETYPED}\n{RENAMED}"], id="no default"),
    ],
)
def test_a_column_altered_twice_rightly(duckdb_project: Project, files: list[str]) -> None:
    write(duckdb_project, *files)
    ran = duckdb_project.main("migrate", "--transaction", "group")
    assert (ran.code, ran.err) == (0, "")
    done = content(duckdb_project)
    duckdb_project.sql("DROP TABLE t")
    for statement in "\n".join(files).split("\n"):
        duckdb_project.sql(statement)
    assert content(duckdb_project) == done


def content(project: Project) -> Any:
    """The rows of t, before and after an INSERT, and its column defaults; or why that fails."""
    defaults = "SELECT column_name, column_default FROM duckdb_columns() WHERE table_name = 't' ORDER BY ALL"
    try:
        rows = project.sql("FROM t")
        project.sql("INSERT INTO t (j) VALUES (2)")
        return rows, project.sql("FROM t ORDER BY ALL"), project.sql(defaults)
    except (duckdb.BinderException, duckdb.ConstraintException) as error:
        return str(error)


def state(project: Project, table: str) -> list[Any]:
    """What ducktracker knows of a table: its columns, partition keys and sort keys; nothing of a lake that is lost."""
    ran = project.call("dt-snapshot")
    found = [item for item in ran.json["tables"] if item["name"] == table] if ran.code == 0 else []
    return [
        ([(column["name"], column["type"]) for column in item["columns"]], item["partition_by"], item["sorted_by"])
        for item in found
    ]
