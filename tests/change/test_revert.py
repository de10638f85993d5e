"""What drift took away comes back, with the rows and values that it had: compared one by one with what they were."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dt_config.resolve import resolve
from dt_contract.errors import LakeBusy
from ducktracker.change.carry_out import Done
from ducktracker.change.revert import RevertOptions, revert
from ducktracker.change.task import Tried
from support.both import on_both
from support.project import Project, project_at

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
Rows = list[tuple[Any, ...]]


class Case(NamedTuple):
    """What is done by hand, and what the rows are then that a query returned before."""

    id: str
    hand: tuple[str, ...]
    query: str
    then: Callable[[Rows], Rows] = lambda rows: rows
    is_quick: bool = False


def without(*keys: int) -> Callable[[Rows], Rows]:
    return lambda rows: [row for row in rows if row[0] not in keys]


def more(*added: tuple[Any, ...]) -> Callable[[Rows], Rows]:
    return lambda rows: sorted([*rows, *added], key=lambda row: row[0])


FLUSH = "CALL ducklake_flush_inlined_data('lake')"
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


@pytest.fixture
def migrated(tmp_path: Path) -> Project:
    """A project that is migrated."""
    return migrate(project_at(tmp_path / "project"))


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


def test_rows_that_came_since_are_filled(migrated: Project) -> None:
    migrated.sql("ALTER TABLE big DROP COLUMN b")
    migrated.sql("INSERT INTO big (a) VALUES (900), (901)")
    ran = migrated.main("revert", "--yes", "--fill", "'new ' || a")
    assert (ran.code, ran.err) == (0, "")
    assert "main.big.b: 400 values come back; 2 rows that came since are set to 'new ' || a" in ran.out.splitlines()
    assert migrated.sql("SELECT b FROM big WHERE a >= 900 OR a = 3 ORDER BY a") == [("b3",), ("new 900",), ("new 901",)]
    assert migrated.main("drift") == (0, "no differences\n", "")


def test_not_null_returns_only_if_every_row_has_a_value(migrated: Project) -> None:
    migrated.sql("ALTER TABLE big DROP COLUMN b")
    migrated.sql("INSERT INTO big (a) VALUES (900)")
    ran = migrated.main("revert", "--yes")
    assert ran.code == 1
    assert ran.err == "ducktracker: main.big.b: NOT NULL does not return, because 1 row would have no value\n"
    assert migrated.sql("SELECT count(*) FROM big WHERE b IS NULL") == [(1,)]
    (change,) = migrated.main("drift", "--json").json["changes"]
    assert (change["name"], change["details"]) == (
        "main.big.b",
        [{"field": "nullable", "before": "false", "after": "true"}],
    )


def test_a_default_that_is_no_literal_does_not_return(migrated: Project) -> None:
    """DuckLake takes it with CREATE TABLE only."""
    migrated.migration("V2__m.sql", "CREATE TABLE n (a INTEGER, made TIMESTAMP DEFAULT now(), k INTEGER);")
    assert migrated.main("migrate", "--quiet").code == 0
    migrated.sql("INSERT INTO n VALUES (1, TIMESTAMP '2026-01-01', 1)")
    migrated.sql("ALTER TABLE n DROP COLUMN made")
    migrated.sql("ALTER TABLE n DROP COLUMN k")
    ran = migrated.main("revert", "--yes")
    assert ran.code == 1
    assert ran.err.startswith("ducktracker: main.n.made: its default now() does not return, ")
    assert migrated.sql("SELECT a, made::VARCHAR, k FROM n") == [(1, "2026-01-01 00:00:00", 1)]
    ran = migrated.main("revert", "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("ducktracker: main.n.made can't be taken back: main.n.made: ")


def test_a_part_of_the_drift(migrated: Project) -> None:
    migrated.sql("DROP TABLE t")
    migrated.sql("ALTER TABLE big DROP COLUMN d")
    ran = migrated.main("revert", "--yes", "--only", "main.big.*")
    assert (ran.code, ran.err) == (0, "")
    assert [line[:14] for line in migrated.main("drift").out.splitlines()[::2]] == ["- table main.t", "1 change: 1 re"]
    assert migrated.main("revert", "--yes").code == 0
    assert migrated.main("drift") == (0, "no differences\n", "")


def test_the_name_of_a_table_is_taken_again(migrated: Project) -> None:
    migrated.sql("DROP TABLE t")
    migrated.sql("CREATE VIEW t AS SELECT 1 AS i")
    ran = migrated.main("revert", "--yes", "--only", "table:main.t")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines()[0] == (
        "ducktracker: table main.t can't come back: its name is taken again; t_1 is free"
    )


def test_the_name_of_a_column_is_taken_again(migrated: Project) -> None:
    """The name chooses both the column that bore it and the one that bears it now."""
    was = migrated.sql(T)
    migrated.sql("ALTER TABLE t DROP COLUMN b")
    migrated.sql("ALTER TABLE t RENAME COLUMN c TO b")
    ran = migrated.main("revert", "--yes", "--only", "main.t.b")
    assert (ran.code, ran.err) == (0, "")
    assert migrated.sql(T) == was


def test_an_expired_snapshot(migrated: Project) -> None:
    migrated.sql("ALTER TABLE t DROP COLUMN b")
    migrated.sql("CREATE TABLE other (i INTEGER)")
    migrated.expire()
    ran = migrated.main("revert", "--yes", "--only", "main.t.*")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("ducktracker: main.t.b can't come back: lake snapshot ")
    assert ran.err.splitlines()[0].endswith(", the last that had it, was expired")


def test_a_dry_run_writes_nothing(migrated: Project) -> None:
    migrated.sql("ALTER TABLE t DROP COLUMN b")
    newest = "SELECT max(snapshot_id) FROM __ducklake_metadata_lake.ducklake_snapshot"
    before = migrated.sql(newest)
    ran = migrated.main("revert", "--dry-run")
    assert (ran.code, ran.err) == (0, "")
    assert "ALTER TABLE t ADD COLUMN b VARCHAR;" in ran.out.splitlines()
    assert ran.out.splitlines()[-4:] == [
        "+ column main.t.b VARCHAR",
        "1 change: 1 added",
        "main.t.b: 6 values come back",
        "main.t: its columns are in another order now, so that an INSERT without a column list puts values into other "
        "columns",
    ]
    assert migrated.sql(newest) == before


def test_it_asks(migrated: Project) -> None:
    migrated.sql("ALTER TABLE t DROP COLUMN b")
    ran = migrated.main("revert")
    assert ran.code == 2
    assert ran.err.startswith("ducktracker: can't ask for confirmation: stdin is not a terminal; nothing was done\n")
    assert migrated.main("drift").code == 1


def test_the_log_has_it(migrated: Project) -> None:
    migrated.sql("ALTER TABLE t DROP COLUMN b")
    assert migrated.main("revert", "--yes").code == 0
    entry = migrated.main("log", "--json").json["entries"][0]
    assert (entry["kind"], entry["note"], entry["scripts"]) == ("reverted", "main.t.b", ["<< Reverted >>"])


def test_a_name_is_told_once(migrated: Project) -> None:
    """The table is gone, and another one of its name is new."""
    migrated.sql("CREATE OR REPLACE TABLE t (z DATE)")
    names = [change["name"] for change in migrated.main("drift", "--json").json["changes"]]
    assert names.count("main.t") == 2, names
    assert migrated.main("revert", "--yes").code == 0
    entry = migrated.main("log", "--json").json["entries"][0]
    assert (entry["kind"], entry["note"]) == ("reverted", "main.t")


def test_the_document(migrated: Project) -> None:
    migrated.sql("DROP TABLE t")
    (item,) = migrated.main("revert", "--yes", "--json").json["migrations"]
    assert (item["script"], item["outcome"], item["about"]) == (
        "<< Reverted >>",
        "reverted",
        "main.t: 8 rows come back",
    )


@pytest.mark.parametrize("expression", ["1; DROP TABLE t", "1 +", "1) FROM t; SELECT (2"])
def test_a_fill_that_is_no_expression(migrated: Project, expression: str) -> None:
    ran = migrated.main("revert", "--yes", "--fill", expression)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("ducktracker: argument --fill: ")


def test_a_view_of_all_columns_is_named(migrated: Project) -> None:
    migrated.migration("V2__view.sql", "CREATE VIEW every AS SELECT * FROM t; CREATE VIEW few AS SELECT a FROM t;")
    assert migrated.main("migrate", "--quiet").code == 0
    migrated.sql("ALTER TABLE t DROP COLUMN b")
    lines = migrated.main("revert", "--dry-run").out.splitlines()
    assert [line for line in lines if line.startswith("main.")] == [
        "main.t.b: 6 values come back",
        "main.t: its columns are in another order now, so that an INSERT without a column list puts values into other "
        "columns",
        "main.every: says SELECT *, so that its columns come in the new order of main.t",
    ]


def test_there_is_no_drift(migrated: Project) -> None:
    assert migrated.main("revert", "--yes") == (0, "there is no drift to take back; nothing was written\n", "")


def reverted_while(project: Project, sql: str, monkeypatch: pytest.MonkeyPatch) -> Done | None:
    """Revert, while somebody else runs SQL between the trial and the lake."""
    monkeypatch.chdir(project.folder)

    def agree(_: Tried) -> bool:
        project.sql(sql)
        return True

    return revert(resolve(), RevertOptions(), agree, lambda _: None)


def test_somebody_changes_the_schema_meanwhile(migrated: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    migrated.sql("DROP TABLE t")
    with pytest.raises(LakeBusy):
        reverted_while(migrated, "CREATE TABLE other (i INTEGER)", monkeypatch)
    changes = migrated.main("drift", "--json").json["changes"]
    assert [change["name"] for change in changes] == ["main.other", "main.t"]


def test_somebody_writes_rows_meanwhile(migrated: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    migrated.sql("ALTER TABLE t DROP COLUMN b")
    done = reverted_while(migrated, "INSERT INTO t (a) VALUES (50)", monkeypatch)
    assert done
    assert len(done.snapshots) == 1
    assert migrated.sql("SELECT a, b FROM t WHERE a IN (1, 50) ORDER BY a") == [(1, "b1"), (50, None)]
    assert migrated.main("drift") == (0, "no differences\n", "")


def test_what_came_back_is_expected_as_before(migrated: Project) -> None:
    """A later migration alters it, the lake forgets its past, and what is done to it by hand is still drift."""
    migrated.sql("ALTER TABLE big DROP COLUMN b")
    migrated.sql("ALTER TABLE t DROP COLUMN s.q.z")
    migrated.sql("DROP TABLE part")
    assert migrated.main("revert", "--yes").code == 0
    migrated.migration("V2__m.sql", "ALTER TABLE big RENAME COLUMN b TO c; ALTER TABLE part ADD COLUMN n INTEGER;")
    assert migrated.main("migrate", "--quiet").code == 0
    assert migrated.main("drift") == (0, "no differences\n", "")
    migrated.expire()
    assert migrated.main("drift") == (0, "no differences\n", "")
    migrated.sql("ALTER TABLE big ALTER c DROP NOT NULL")
    migrated.sql("ALTER TABLE t DROP COLUMN s.q.z")
    changes = migrated.main("drift", "--json").json["changes"]
    assert [(change["change"], change["name"]) for change in changes] == [
        ("modified", "main.big.c"),
        ("removed", "main.t.s.q.z"),
    ]


def test_a_field_in_the_elements_of_a_list(migrated: Project) -> None:
    """Nothing tells which element is which: the field returns without values, and revert says so."""
    migrated.sql("ALTER TABLE big DROP COLUMN l.element.f")
    ran = migrated.main("revert", "--yes")
    assert ran.code == 1
    assert ran.err == (
        "ducktracker: main.big.l.element.f: the elements of a list or map have no identity by which their values could "
        "return\n"
    )
    assert migrated.sql("SELECT l FROM big WHERE a = 3") == [([{"e": 3, "f": None}, None],)]
    assert migrated.main("drift") == (0, "no differences\n", "")
