"""What revert says and refuses, what it can not bring back, and somebody else who is quicker."""

from pathlib import Path

import pytest

from change.test_revert_cases import T, migrate
from dt_config.resolve import resolve
from dt_contract.errors import LakeBusy
from ducktracker.change.carry_out import Done
from ducktracker.change.revert import RevertOptions, revert
from ducktracker.change.task import Tried
from support.project import Project, project_at


@pytest.fixture
def migrated(tmp_path: Path) -> Project:
    """A project that is migrated."""
    return migrate(project_at(tmp_path / "project"))


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
