"""Migrations are taken back with the rows and values that were there before them, compared one by one."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from support.both import on_both
from support.expected_rows import FLUSH, Rows, more, without
from support.project import Project

V1 = """
CREATE TABLE t (a INTEGER NOT NULL, b VARCHAR, s STRUCT(x INTEGER, y VARCHAR));
INSERT INTO t SELECT i, 'b' || i, {x: i, y: 'y' || i} FROM range(6) r(i);
CREATE TABLE big (a INTEGER, b VARCHAR NOT NULL);
INSERT INTO big SELECT i, 'b' || i FROM range(400) r(i);
CREATE TABLE part (k INTEGER, v VARCHAR);
ALTER TABLE part SET PARTITIONED BY (k);
INSERT INTO part SELECT i % 3, 'v' || i FROM range(60) r(i);
CREATE SCHEMA w;
CREATE TABLE w.t (k INTEGER);
INSERT INTO w.t VALUES (1), (2);
"""

T, BIG = "SELECT a, b, s FROM t ORDER BY a", "SELECT a, b FROM big ORDER BY a"


class Case(NamedTuple):
    """A migration, what is done after it, and what the rows are once it is undone, of those that were before it."""

    id: str
    migration: str
    query: str
    after: tuple[str, ...] = ()
    then: Callable[[Rows], Rows] = lambda rows: rows
    rows: bool = False
    is_quick: bool = False


CHANGES = "UPDATE t SET b = 'new' WHERE a = 1; DELETE FROM t WHERE a = 2; INSERT INTO t (a, b) VALUES (70, 'b70');"

CASES = [
    Case("a column", "ALTER TABLE t DROP COLUMN b;", T, is_quick=True),
    Case("a column of rows in files", "ALTER TABLE big DROP COLUMN b;", BIG),
    Case("a field", "ALTER TABLE t DROP COLUMN s.x;", "SELECT a, b, s.x, s.y FROM t ORDER BY a"),
    Case("a table", "DROP TABLE big;", BIG, is_quick=True),
    Case("a partitioned table", "DROP TABLE part;", "SELECT * FROM part ORDER BY v"),
    Case("a schema", "DROP SCHEMA w CASCADE;", "SELECT * FROM w.t ORDER BY k"),
    Case(
        "a column, then rows came and went",
        "ALTER TABLE t DROP COLUMN b;",
        "SELECT a, b FROM t ORDER BY a",
        ("INSERT INTO t VALUES (70, NULL)", "DELETE FROM t WHERE a = 3", FLUSH),
        lambda rows: more((70, None))(without(3)(rows)),
    ),
    Case("rows with --rows", CHANGES, T, rows=True, is_quick=True),
    Case(
        "rows of a large table with --rows",
        "UPDATE big SET b = 'x' WHERE a % 2 = 0; DELETE FROM big WHERE a < 9;",
        BIG,
        rows=True,
    ),
    Case("rows and a column with --rows", f"{CHANGES} ALTER TABLE t DROP COLUMN b;", T, rows=True, is_quick=True),
    Case(
        "rows and a field with --rows",
        f"{CHANGES} ALTER TABLE t DROP COLUMN s.y;",
        "SELECT a, b, s.x, s.y FROM t ORDER BY a",
        rows=True,
    ),
    Case(
        "rows with --rows, and others came since",
        CHANGES,
        T,
        ("INSERT INTO t VALUES (80, 'b80', NULL)",),
        more((80, "b80", None)),
        rows=True,
    ),
    Case("rows with --rows, then flushed", CHANGES, T, (FLUSH,), rows=True),
    Case(
        "rows of a partitioned table with --rows",
        "UPDATE part SET k = 9 WHERE k = 1;",
        "SELECT * FROM part ORDER BY v",
        rows=True,
    ),
]

ALTERS = [
    Case("a new column", "ALTER TABLE t ADD COLUMN n INTEGER; UPDATE t SET n = 1;", T, is_quick=True),
    Case("a new table with rows", "CREATE TABLE n AS SELECT 1 AS i;", T),
    Case("a rename", "ALTER TABLE t RENAME TO u; ALTER TABLE big RENAME COLUMN b TO c;", BIG),
    Case(
        "a column under the name of another",
        "ALTER TABLE big DROP COLUMN b; ALTER TABLE big RENAME COLUMN a TO b;",
        BIG,
    ),
    Case("a replaced table", "CREATE OR REPLACE TABLE big AS SELECT 1 AS one;", BIG),
    Case("views and macros", "CREATE VIEW v AS SELECT a FROM t; CREATE MACRO m(x) AS x + 1;", T),
    Case(
        "defaults, comments, NOT NULL",
        "ALTER TABLE t ALTER b SET DEFAULT 'x'; COMMENT ON TABLE t IS 'c'; ALTER TABLE big ALTER b DROP NOT NULL;",
        T,
    ),
]

ON_POSTGRES = ("a table", "rows and a column with --rows")
"""The quick ones of those that are tried on PostgreSQL."""


def migrated(project: Project) -> Project:
    project.migration("V1__all.sql", V1)
    assert project.main("migrate", "--quiet").code == 0
    return project


def apply(project: Project, *migrations: str) -> None:
    for version, sql in enumerate(migrations, start=2):
        project.migration(f"V{version}__m.sql", sql)
    assert project.main("migrate", "--quiet").code == 0


def states(project: Project) -> dict[int, str]:
    return {item["version"]: item["state"] for item in project.main("info", "--json").json["migrations"]}


def check_undone(project: Project, case: Case) -> None:
    was = project.sql(case.query)
    apply(project, case.migration)
    for statement in case.after:
        project.sql(statement)
    ran = project.main("undo", "--yes", *(["--rows"] if case.rows else []))
    assert (ran.code, ran.err) == (0, "")
    assert project.sql(case.query) == case.then(was)
    assert states(project) == {1: "applied", 2: "undone"}
    assert project.main("drift") == (0, "no differences\n", "")
    assert project.main("migrate", "--quiet").code == 0
    assert states(project) == {1: "applied", 2: "applied"}
    assert project.main("drift") == (0, "no differences\n", "")


@pytest.mark.parametrize(("backend", "case"), on_both((*CASES, *ALTERS), ON_POSTGRES))
def test_a_migration_is_undone(request: pytest.FixtureRequest, backend: str, case: Case) -> None:
    check_undone(migrated(request.getfixturevalue(f"{backend}_project")), case)
