"""PostgreSQL has committed and the client never hears of it: DuckLake takes that for a failure, and deletes files."""

import re
import shutil
from pathlib import Path

import pytest

from support.commands import Ran
from support.postgres import new_server
from support.project import Project, copy_of, project_at
from support.running import ended, started
from support.standby import Standby

BIG = "CREATE TABLE big AS SELECT i FROM range(3000) r(i);"
MORE = "INSERT INTO ponds SELECT i FROM range(3000) r(i);"
SUM = "SELECT sum(i)::BIGINT FROM big"


@pytest.fixture(scope="module")
def standby() -> Standby:
    """A server of its own, as its settings change."""
    return Standby(new_server())


@pytest.fixture(scope="module")
def template(standby: Standby, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A lake with a table that has rows in a file and in the catalog."""
    made = project_at(tmp_path_factory.mktemp("template") / "project", standby.postgres)
    made.migration("V0__ponds.sql", "CREATE TABLE ponds (i BIGINT);")
    assert made.main("migrate").code == 0
    return made


@pytest.fixture
def lake(template: Project, standby: Standby, tmp_path: Path) -> Project:
    project = copy_of(template, tmp_path / "project", standby.postgres)
    project.sql("INSERT INTO ponds SELECT i FROM range(10000, 10500) r(i); INSERT INTO ponds VALUES (-1)")
    assert project.main("drift").code == 0
    return project


def lose(project: Project, standby: Standby, *argv: str) -> Ran:
    """Run ducktracker, and lose the answer to its first COMMIT."""
    with standby.away(), started(project, *argv) as process:
        standby.lose_answer()
        return ended(process)


def codes(project: Project) -> dict[str, int]:
    return {command: project.main(command).code for command in ("validate", "drift", "migrate")}


def check_lost(project: Project, ran: Ran, table: str, script: str = "V1__x.sql") -> None:
    """It is reported as applied, and its files as gone: now and later."""
    assert ran.code == 3, ran
    assert f"applied  {script}" in ran.out
    first, file, hint = ran.err.splitlines()
    assert re.fullmatch(
        rf"ducktracker: {re.escape(script)}: was applied in lake snapshot \d+, but its rows are lost: "
        rf"1 file of {table} is gone",
        first,
    ), first
    assert f" {project.data_path}/" in file
    assert hint.startswith("hint: restore the files; or run `ducktracker repair`")
    assert codes(project) == dict.fromkeys(("validate", "drift", "migrate"), 3)


@pytest.mark.parametrize(
    ("sql", "query", "rows"),
    [
        pytest.param("CREATE TABLE big (i BIGINT);", "SELECT count(*) FROM big", 0, id="only DDL"),
        pytest.param("CREATE TABLE big (i BIGINT); INSERT INTO big VALUES (7);", SUM, 7, id="rows in the catalog"),
    ],
)
def test_nothing_is_lost_without_files(lake: Project, standby: Standby, sql: str, query: str, rows: int) -> None:
    lake.migration("V1__x.sql", sql)
    ran = lose(lake, standby, "migrate")
    assert (ran.code, ran.err) == (0, ""), ran
    assert lake.sql(query) == [(rows,)]
    assert codes(lake) == dict.fromkeys(("validate", "drift", "migrate"), 0)
    assert lake.sql("SELECT count(*) FROM ducktracker_schema_history WHERE script = 'V1__x.sql'") == [(1,)]


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        pytest.param(BIG, "main.big", id="a new table"),
        pytest.param(MORE, "main.ponds", id="more rows", marks=pytest.mark.slow),
        pytest.param(
            "UPDATE ponds SET i = i + 1 WHERE i > 0;", "main.ponds", id="changed rows", marks=pytest.mark.slow
        ),
        pytest.param("DELETE FROM ponds WHERE i < 10200;", "main.ponds", id="deleted rows", marks=pytest.mark.slow),
    ],
)
def test_files_are_lost(lake: Project, standby: Standby, sql: str, table: str) -> None:
    lake.migration("V1__x.sql", sql)
    ran = lose(lake, standby, "migrate")
    check_lost(lake, ran, table)


@pytest.mark.slow
def test_two_files_are_lost(lake: Project, standby: Standby) -> None:
    """The new rows and, as some rows of the old file stay, which ones are deleted of it."""
    lake.migration("V1__x.sql", "UPDATE ponds SET i = i + 1 WHERE i > 10200;")
    ran = lose(lake, standby, "migrate")
    assert (ran.code, ran.err.count(".parquet")) == (3, 2), ran
    assert "2 files of main.ponds are gone" in ran.err


def test_a_message_of_its_own(lake: Project, standby: Standby) -> None:
    """Then it isn't known whose the rows are; the run fails, and what came of it is found by the next one."""
    lake.migration("V1__x.sql", f"CALL ducklake_set_commit_message('lake', 'ann', 'mine'); {BIG}")
    assert lose(lake, standby, "migrate").code == 3
    found = lake.main("migrate")
    assert found.code == 3
    assert "V1__x.sql: was applied in lake snapshot" in found.err
    assert codes(lake) == dict.fromkeys(("validate", "drift", "migrate"), 3)


def test_files_that_are_restored(lake: Project, standby: Standby, tmp_path: Path) -> None:
    lake.migration("V1__x.sql", BIG)
    with standby.away(), started(lake, "migrate") as process:
        standby.await_commit()
        shutil.copytree(lake.data_path, tmp_path / "backup")
        standby.lose_answer()
        check_lost(lake, ended(process), "main.big")
    shutil.copytree(tmp_path / "backup", lake.data_path, dirs_exist_ok=True)
    assert codes(lake) == dict.fromkeys(("validate", "drift", "migrate"), 0)
    assert lake.sql(SUM) == [(4498500,)]


def test_the_way_on_without_the_files_of_a_new_table(lake: Project, standby: Standby) -> None:
    lake.migration("V1__x.sql", BIG)
    check_lost(lake, lose(lake, standby, "migrate"), "main.big")
    assert "V1__x.sql" in lake.main("repair", "--dry-run").out
    assert lake.main("repair", "--yes").code == 0
    assert codes(lake) == dict.fromkeys(("validate", "drift", "migrate"), 0)
    assert lake.main("validate", "--files").code == 3
    lake.migration("V2__again.sql", f"DROP TABLE big; {BIG}")
    assert lake.main("migrate").code == 0
    assert lake.main("validate", "--files").code == 0
    assert lake.sql(SUM) == [(4498500,)]


@pytest.mark.slow
def test_the_way_on_with_the_rows_from_before(lake: Project, standby: Standby) -> None:
    """What the README says for a table that had rows already."""
    lake.migration("V1__x.sql", MORE)
    ran = lose(lake, standby, "migrate")
    check_lost(lake, ran, "main.ponds")
    assert lake.main("repair", "--yes").code == 0
    before = int(re.findall(r"lake snapshot (\d+)", ran.err)[0]) - 1
    kept = f"CREATE TABLE kept AS SELECT * FROM ponds AT (VERSION => {before});"
    lake.migration("V2__again.sql", f"{kept} DROP TABLE ponds; ALTER TABLE kept RENAME TO ponds;")
    lake.migration("V3__x.sql", MORE)
    assert lake.main("migrate").code == 0
    assert lake.main("validate", "--files").code == 0
    assert lake.sql("SELECT count(*), min(i), max(i) FROM ponds") == [(3501, -1, 10499)]


def test_others_that_append(lake: Project, standby: Standby) -> None:
    """repair, drift --accept and the record of a failure."""
    lake.migration("V1__x.sql", "SELECT missing;")
    failed = lose(lake, standby, "migrate")
    assert failed.code == 4, failed
    assert lose(lake, standby, "repair", "--yes").code == 0
    lake.sql("ALTER TABLE ponds ADD COLUMN j INTEGER")
    assert lose(lake, standby, "drift", "--accept", "it was me").code == 0
    types = "SELECT migration_type, success FROM ducktracker_schema_history WHERE migration_type <> 'S' ORDER BY 1, 2"
    assert lake.sql(types) == [("A", True), ("P", True), ("V", False), ("V", True)]


def test_the_history_itself_is_lost(template: Project, standby: Standby, tmp_path: Path) -> None:
    """Rows of the history that go into a file too, as where a lake keeps no rows in its catalog."""
    lake = copy_of(template, tmp_path / "project", standby.postgres)
    lake.sql("CALL lake.set_option('data_inlining_row_limit', 0)")
    lake.migration("V1__x.sql", "CREATE TABLE x (i INTEGER);")
    ran = lose(lake, standby, "migrate")
    assert ran.code == 3, ran
    assert "V1__x.sql: was applied in lake snapshot" in ran.err
    assert "1 file of main.ducktracker_schema_history is gone" in ran.err
    assert all(code == 3 for code in codes(lake).values())
