"""Several migrations are taken back in their order; what undo says, and what is in its way."""

from pathlib import Path

import pytest

from change.test_undo_cases import BIG, CHANGES, T, apply, migrated, states
from support.project import Project, project_at


@pytest.fixture
def lake(tmp_path: Path) -> Project:
    """A project whose first migration is applied."""
    return migrated(project_at(tmp_path / "project"))


def test_several_are_undone_newest_first(lake: Project) -> None:
    was = lake.sql(T)
    apply(lake, CHANGES, "ALTER TABLE t DROP COLUMN s.y;", "ALTER TABLE t DROP COLUMN b; DROP TABLE big;")
    ran = lake.main("undo", "--target", "1", "--rows", "--yes")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[-1] == "undone: V4__m.sql, V3__m.sql, V2__m.sql (lake snapshots 7, 8, 9)"
    assert lake.sql(T.replace(", s ", ", {x: s.x, y: s.y} ")) == was
    assert states(lake) == {1: "applied", 2: "undone", 3: "undone", 4: "undone"}
    assert lake.main("drift") == (0, "no differences\n", "")


def test_one_after_the_other(lake: Project) -> None:
    """What came back has another id, and is found by it."""
    was = lake.sql(T)
    apply(lake, CHANGES, "ALTER TABLE t DROP COLUMN s.y;", "DROP TABLE big;")
    for _ in range(3):
        ran = lake.main("undo", "--rows", "--yes")
        assert ran.code == 0, ran.err
    assert lake.sql(T.replace(", s ", ", {x: s.x, y: s.y} ")) == was
    assert states(lake) == {1: "applied", 2: "undone", 3: "undone", 4: "undone"}


def test_rows_that_changed_are_named(lake: Project) -> None:
    apply(lake, f"{CHANGES} DROP TABLE big;")
    ran = lake.main("undo", "--yes")
    assert ran.code == 0
    assert "main.t: 3 rows that changed stay so; --rows takes that back too" in ran.out.splitlines()
    assert len(lake.sql("FROM t WHERE a IN (2, 70)")) == 1


def test_a_migration_of_rows_alone(lake: Project) -> None:
    apply(lake, CHANGES)
    ran = lake.main("undo", "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines()[0].startswith("ducktracker: V2__m.sql: changed nothing but rows: main.t: 3 rows")
    assert states(lake) == {1: "applied", 2: "applied"}


def test_rows_that_changed_again(lake: Project) -> None:
    apply(lake, CHANGES)
    lake.sql("UPDATE t SET b = 'newer' WHERE a = 1")
    ran = lake.main("undo", "--rows", "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert "main.t: 1 row was changed again since" in ran.err


def test_later_work_is_in_the_way(lake: Project) -> None:
    apply(lake, "CREATE TABLE n (i INTEGER);")
    lake.sql("ALTER TABLE n ADD COLUMN j INTEGER")
    ran = lake.main("undo", "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert "because what it did was changed since: column main.n.j (added)" in ran.err


def test_a_view_is_in_the_way(lake: Project) -> None:
    apply(lake, "CREATE TABLE n (i INTEGER);")
    lake.sql("CREATE VIEW v AS SELECT i FROM n")
    ran = lake.main("undo", "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert "view main.v would not work any more; nothing was done in the lake" in ran.err
    assert states(lake) == {1: "applied", 2: "applied"}


def test_an_expired_snapshot(lake: Project) -> None:
    apply(lake, "DROP TABLE big;")
    lake.sql("CREATE TABLE other (i INTEGER)")
    lake.expire()
    ran = lake.main("undo", "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert "V2__m.sql: can't be undone: lake snapshot 2, which knows what was before it, was expired" in ran.err


def test_a_file_that_undoes(lake: Project) -> None:
    lake.migration("U2__m.sql", "DROP TABLE n;\nCREATE TABLE kept (i INTEGER);\n")
    apply(lake, "CREATE TABLE n (i INTEGER);")
    ran = lake.main("undo", "--yes")
    assert ran.code == 0, ran.err
    assert "V2__m.sql: U2__m.sql is run to undo it" in ran.out
    assert states(lake) == {1: "applied", 2: "undone"}
    assert lake.sql("FROM kept") == []
    assert lake.main("drift") == (0, "no differences\n", "")


def test_a_file_that_fails(lake: Project) -> None:
    lake.migration("U2__m.sql", "SELECT 1;\nDROP TABLE missing;\n")
    apply(lake, "CREATE TABLE n (i INTEGER);")
    ran = lake.main("undo", "--yes")
    assert (ran.code, ran.out) == (4, "")
    assert ran.err.startswith("ducktracker: U2__m.sql:2: Catalog Error")
    assert states(lake) == {1: "applied", 2: "applied"}


def test_migrations_of_one_snapshot(lake: Project) -> None:
    was = lake.sql(BIG)
    lake.migration("V2__a.sql", "DROP TABLE w.t;")
    lake.migration("V3__b.sql", "DROP TABLE big;")
    assert lake.main("migrate", "--quiet", "--transaction", "all").code == 0
    ran = lake.main("undo", "--target", "1", "--yes")
    assert ran.code == 0, ran.err
    assert states(lake) == {1: "applied", 2: "undone", 3: "undone"}
    assert lake.sql(BIG) == was


def in_one(project: Project, *migrations: str) -> None:
    for version, sql in enumerate(migrations, start=2):
        project.migration(f"V{version}__m.sql", sql)
    assert project.main("migrate", "--quiet", "--transaction", "all").code == 0


def test_one_of_several_in_one_snapshot(lake: Project) -> None:
    """Each is replayed alone, so that it is known what it did."""
    was = lake.sql(BIG)
    in_one(lake, "CREATE TABLE n (i INTEGER);", "DROP TABLE big;", "DROP TABLE w.t;")
    ran = lake.main("undo", "--target", "2", "--yes")
    assert ran.code == 0, ran.err
    assert states(lake) == {1: "applied", 2: "applied", 3: "undone", 4: "undone"}
    assert lake.sql(BIG) == was
    assert lake.sql("FROM n") == []
    assert lake.main("drift") == (0, "no differences\n", "")


def test_one_after_the_other_in_one_snapshot(lake: Project) -> None:
    was = lake.sql(BIG)
    in_one(lake, "DROP TABLE w.t;", "DROP TABLE big;", "ALTER TABLE t DROP COLUMN b;")
    for version in (4, 3, 2):
        ran = lake.main("undo", "--yes")
        assert ran.code == 0, ran.err
        assert states(lake)[version] == "undone"
    assert lake.sql(BIG) == was
    assert lake.main("drift") == (0, "no differences\n", "")


def test_a_file_for_one_of_several_in_one_snapshot(lake: Project) -> None:
    lake.migration("U3__m.sql", "CREATE TABLE w.t (k INTEGER);")
    in_one(lake, "CREATE TABLE n (i INTEGER);", "DROP TABLE w.t;", "ALTER TABLE t DROP COLUMN b;")
    ran = lake.main("undo", "--target", "1", "--yes")
    assert ran.code == 0, ran.err
    assert "V3__m.sql: U3__m.sql is run to undo it" in ran.out.splitlines()
    assert states(lake) == {1: "applied", 2: "undone", 3: "undone", 4: "undone"}
    assert lake.sql("FROM w.t") == []
    assert lake.main("drift") == (0, "no differences\n", "")


def test_several_in_one_snapshot_that_write_rows(lake: Project) -> None:
    """What lies between is not known: all of it is undone, and undo says so."""
    was = lake.sql(BIG)
    in_one(lake, "UPDATE big SET b = 'x' WHERE a > 7;", "DROP TABLE big;")
    ran = lake.main("undo", "--target", "2", "--yes")
    assert ran.code == 0, ran.err
    assert "V2__m.sql: also undone, as what it did in lake snapshot 3 can't be told from the rest" in ran.out
    assert states(lake) == {1: "applied", 2: "undone", 3: "undone"}
    assert lake.sql(BIG) == was


def test_nothing_to_undo(lake: Project) -> None:
    assert lake.main("undo", "--target", "1", "--yes") == (
        0,
        "there is no migration to undo; nothing was written\n",
        "",
    )
    ran = lake.main("undo", "--target", "7", "--yes")
    assert (ran.code, ran.out) == (2, "")
    assert "version 7 is not applied" in ran.err


def test_a_dry_run_writes_nothing(lake: Project) -> None:
    apply(lake, "DROP TABLE big;")
    before = lake.sql("SELECT max(snapshot_id) FROM __ducklake_metadata_lake.ducklake_snapshot")
    ran = lake.main("undo", "--dry-run")
    assert (ran.code, ran.err) == (0, "")
    assert "CREATE TABLE big (a INTEGER, b VARCHAR NOT NULL);" in ran.out.splitlines()
    assert "+ table main.big (a INTEGER, b VARCHAR NOT NULL)" in ran.out.splitlines()
    assert lake.sql("SELECT max(snapshot_id) FROM __ducklake_metadata_lake.ducklake_snapshot") == before


def test_it_asks(lake: Project) -> None:
    apply(lake, "DROP TABLE big;")
    ran = lake.main("undo")
    assert (ran.code, states(lake)) == (2, {1: "applied", 2: "applied"})
    assert "can't ask for confirmation: stdin is not a terminal; nothing was done" in ran.err


def test_the_document(lake: Project) -> None:
    apply(lake, "DROP TABLE big;")
    document = lake.main("undo", "--yes", "--json").json
    (item,) = document["migrations"]
    assert (item["script"], item["outcome"], item["about"]) == ("V2__m.sql", "undone", "main.big: 400 rows come back")
    assert item["lake_snapshot"] > document["lake_snapshot_before"]
