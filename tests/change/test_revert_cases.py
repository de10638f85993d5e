"""What drift took away comes back, with the rows and values that it had: compared one by one with what they were."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from support.both import on_both
from support.expected_rows import FLUSH, Rows, more, without
from support.project import Project

V1 = """
CREATE TABLE t (
    a INTEGER NOT NULL, b VARCHAR, c INTEGER DEFAULT 3, s STRUCT(x INTEGER, q STRUCT(y VARCHAR, z INTEGER))
);
INSERT INTO t SELECT i, 'b' || i, i * 10, {x: i, q: {y: 'y' || i, z: -i}} FROM range(6) r(i);
INSERT INTO t VALUES (90, NULL, NULL, NULL), (91, NULL, 0, {x: NULL, q: NULL});
CREATE TABLE big (a INTEGER, b VARCHAR NOT NULL, d DATE DEFAULT '2026-01-01', l STRUCT(e INTEGER, f VARCHAR)[]);
INSERT INTO big SELECT i, 'b' || i, DATE '2026-01-01' + i::INTEGER, [{e: i, f: 'f' || i}, NULL] FROM range(400) r(i);
CREATE TABLE part (k INTEGER, v VARCHAR, w DOUBLE);
ALTER TABLE part SET PARTITIONED BY (k);
INSERT INTO part SELECT i % 3, 'v' || i, i / 2 FROM range(90) r(i);
COMMENT ON TABLE big IS 'the big one';
CREATE SCHEMA w;
CREATE TABLE w.t (k INTEGER, "a b" VARCHAR);
INSERT INTO w.t SELECT i, 'v' || i FROM range(4) r(i);
CREATE VIEW lines AS SELECT a, b FROM big;
"""

T = "SELECT a, b, c, s FROM t ORDER BY a"

BIG = "SELECT a, b, d, l FROM big ORDER BY a"

PART = "SELECT k, v, w FROM part ORDER BY v"

W = 'SELECT k, "a b" FROM w.t ORDER BY k'


class Case(NamedTuple):
    """What is done by hand, and what the rows are then that a query returned before."""

    id: str
    hand: tuple[str, ...]
    query: str
    then: Callable[[Rows], Rows] = lambda rows: rows
    is_quick: bool = False


MERGE = "CALL ducklake_merge_adjacent_files('lake')"

REWRITE = "CALL ducklake_rewrite_data_files('lake', delete_threshold => 0)"

DROP_B, DROP_BIG_B = "ALTER TABLE t DROP COLUMN b", "ALTER TABLE big DROP COLUMN b"

CASES = [
    Case("a column of inlined rows", (DROP_B,), T, is_quick=True),
    Case("a column of rows in files, with its NOT NULL and comment", (DROP_BIG_B,), BIG, is_quick=True),
    Case("a column with a default", ("ALTER TABLE t DROP COLUMN c",), T),
    Case("a nested column", ("ALTER TABLE t DROP COLUMN s",), T),
    Case("a list of structs", ("ALTER TABLE big DROP COLUMN l",), BIG),
    Case("a field", ("ALTER TABLE t DROP COLUMN s.x",), T, is_quick=True),
    Case("a field in a field", ("ALTER TABLE t DROP COLUMN s.q.y",), T),
    Case(
        "two columns and a field, one after the other",
        (DROP_B, "ALTER TABLE t DROP COLUMN s.q", "ALTER TABLE t DROP COLUMN c"),
        T,
    ),
    Case("a column, then rows were deleted", (DROP_B, "DELETE FROM t WHERE a IN (1, 4)"), T, without(1, 4)),
    Case(
        "a column, then rows were updated",
        (DROP_B, "UPDATE t SET c = 7 WHERE a = 2"),
        "SELECT a, b, s FROM t ORDER BY a",
    ),
    Case(
        "a column, then rows came",
        (DROP_B, "INSERT INTO t VALUES (50, 5, {x: 5, q: NULL})"),
        "SELECT a, b, c FROM t ORDER BY a",
        more((50, None, 5)),
        is_quick=True,
    ),
    Case(
        "rows were updated, then a column dropped",
        ("UPDATE t SET c = 1 WHERE a = 2", DROP_B),
        "SELECT a, b FROM t ORDER BY a",
    ),
    Case("a column, then its rows were flushed", (DROP_B, FLUSH), T),
    Case("a column of flushed rows", (FLUSH, DROP_B), T),
    Case(
        "a column, then files were merged",
        ("INSERT INTO big SELECT i, 'b' || i, NULL, NULL FROM range(400, 800) r(i)", DROP_BIG_B, MERGE),
        "SELECT a, b, d FROM big WHERE a < 400 ORDER BY a",
    ),
    Case(
        "a column, then files were rewritten",
        (DROP_BIG_B, "DELETE FROM big WHERE a % 2 = 0", REWRITE),
        "SELECT a, b FROM big WHERE a % 2 = 1 ORDER BY a",
    ),
    Case(
        "a column, then rows were merged",
        (DROP_BIG_B, "MERGE INTO big USING (SELECT 3 AS a) n ON big.a = n.a WHEN MATCHED THEN UPDATE SET d = NULL"),
        "SELECT a, b FROM big ORDER BY a",
    ),
    Case(
        "a column of a partitioned table",
        ("ALTER TABLE part DROP COLUMN v",),
        "SELECT k, v, w FROM part ORDER BY w",
        is_quick=True,
    ),
    Case("a table", ("DROP TABLE t",), T, is_quick=True),
    Case("a table of files with comments", ("DROP VIEW lines", "DROP TABLE big"), BIG),
    Case("a partitioned table", ("DROP TABLE part",), PART, is_quick=True),
    Case(
        "a table with deleted and updated rows",
        ("DELETE FROM big WHERE a < 10", "UPDATE big SET b = 'x' WHERE a = 20", "DROP TABLE big"),
        "SELECT a, b FROM big WHERE a > 20 ORDER BY a",
    ),
    Case("a table of flushed rows", (FLUSH, "DROP TABLE t"), T),
    Case("a table that had lost a column", (DROP_B, "DROP TABLE t"), T, is_quick=True),
    Case("a table that had lost a field", ("ALTER TABLE t DROP COLUMN s.q.z", "DROP TABLE t"), T),
    Case("a table in a schema", ("DROP TABLE w.t",), W),
    Case("a schema", ("DROP SCHEMA w CASCADE",), W, is_quick=True),
    Case("a schema that was made again, empty", ("DROP SCHEMA w CASCADE", "CREATE SCHEMA w"), W),
    Case(
        "a table and a column",
        ("DROP TABLE t", DROP_BIG_B),
        "SELECT big.a, big.b, t.b FROM big JOIN t USING (a) ORDER BY a",
    ),
    Case("a view", ("DROP VIEW lines",), "SELECT * FROM lines ORDER BY a"),
]

RENAMES = [
    Case("a column that was renamed before", ("ALTER TABLE t RENAME COLUMN b TO z", "ALTER TABLE t DROP COLUMN z"), T),
    Case("a column of a table that was renamed", (DROP_B, "ALTER TABLE t RENAME TO u"), T, is_quick=True),
    Case("a table that was renamed before", ("ALTER TABLE t RENAME TO u", "DROP TABLE u"), T),
    Case(
        "a column that was made again",
        (DROP_B, "ALTER TABLE t ADD COLUMN b INTEGER", "UPDATE t SET b = 1"),
        T,
        is_quick=True,
    ),
    Case(
        "a table that was made again",
        ("DROP TABLE t", "CREATE TABLE t (a INTEGER)", "INSERT INTO t VALUES (1)"),
        T,
        is_quick=True,
    ),
    Case("a table that was replaced", ("CREATE OR REPLACE TABLE t AS SELECT 1 AS one",), T),
    Case("a column under the name of another", (DROP_B, "ALTER TABLE t RENAME COLUMN c TO b"), T),
    Case(
        "all columns but one that is new",
        ("ALTER TABLE part ADD COLUMN n INTEGER", "ALTER TABLE part DROP COLUMN v", "ALTER TABLE part DROP COLUMN w"),
        "SELECT k, count(v), count(DISTINCT v), sum(w) FROM part GROUP BY k ORDER BY k",
    ),
    Case("a column of another type before", ("ALTER TABLE t ALTER c TYPE BIGINT", "ALTER TABLE t DROP COLUMN c"), T),
    Case(
        "new columns, tables, schemas and views go",
        (
            "ALTER TABLE t ADD COLUMN n INTEGER",
            "CREATE TABLE n (i INTEGER)",
            "CREATE SCHEMA n2",
            "CREATE VIEW nv AS SELECT 1 AS i",
        ),
        T,
    ),
    Case("a default and a comment", ("ALTER TABLE t ALTER c SET DEFAULT 9", "COMMENT ON TABLE t IS 'x'"), T),
]

ON_POSTGRES = ("a field", "a table", "a column, then rows came")
"""The quick ones of those that are tried on PostgreSQL."""


def migrate(project: Project) -> Project:
    project.migration("V1__all.sql", V1)
    assert project.main("migrate", "--quiet").code == 0
    return project


def comes_back(project: Project, case: Case) -> None:
    was = project.sql(case.query)
    for statement in case.hand:
        project.sql(statement)
    ran = project.main("revert", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert project.sql(case.query) == case.then(was)
    assert project.main("drift") == (0, "no differences\n", "")
    assert project.main("validate", "--quiet").code == 0


@pytest.mark.parametrize(("backend", "case"), on_both((*CASES, *RENAMES), ON_POSTGRES))
def test_what_was_lost_comes_back(request: pytest.FixtureRequest, backend: str, case: Case) -> None:
    comes_back(migrate(request.getfixturevalue(f"{backend}_project")), case)
