"""The documented commands, one after the other, on both backends."""

import re

import pytest

from support.project import Project

BIRDS = "CREATE TABLE birds (id BIGINT, name VARCHAR);\nINSERT INTO birds SELECT range, 'bird' FROM range(200);\n"
VIEW = "CREATE OR REPLACE VIEW names AS SELECT name FROM birds;\n"


def states(project: Project) -> dict[str, str]:
    return {item["script"]: item["state"] for item in project.main("info", "--json").json["migrations"]}


def snapshots(project: Project) -> int:
    ((number,),) = project.sql("SELECT count(*) FROM lake.snapshots()")
    return int(number)


@pytest.fixture
def lake(project: Project) -> Project:
    """V1 and a repeatable are applied."""
    project.migration("V1__birds.sql", BIRDS)
    project.migration("R__names.sql", VIEW)
    assert project.main("migrate").code == 0
    return project


def test_before_the_first_migration(project: Project) -> None:
    project.migration("V1__birds.sql", BIRDS)
    before = sorted(project.folder.rglob("*"))
    info = project.main("info")
    assert (info.code, info.err, info.out.splitlines()[-1]) == (
        0,
        "",
        "There is no lake yet; `ducktracker migrate` creates it.",
    )
    assert project.main("info", "--exit-code", "--json").code == 1
    assert project.main("validate") == (0, "all checksums match\n", "")
    assert project.main("migrate", "--dry-run").out.splitlines()[0] == "would apply  V1__birds.sql"
    for argv in (["drift"], ["baseline", "-v", "1"]):
        ran = project.main(*argv)
        assert (ran.code, ran.out) == (3, "")
        assert "this lake doesn't exist yet\nhint: run `ducktracker migrate` to create it; if it should" in ran.err
    assert sorted(project.folder.rglob("*")) == before


def test_the_commands_in_their_order(lake: Project) -> None:
    assert states(lake) == {"V1__birds.sql": "applied", "R__names.sql": "applied"}
    assert lake.main("validate") == (0, "all checksums match\n", "")
    assert lake.main("drift").code == 0
    assert lake.main("info", "--exit-code").code == 0
    assert lake.main("migrate") == (0, "nothing to apply\n", "")
    lake.sql("ALTER TABLE birds ADD COLUMN weight DOUBLE")
    drift = lake.main("drift", "--json")
    assert (drift.code, [change["name"] for change in drift.json["changes"]]) == (1, ["main.birds.weight"])
    assert lake.main("baseline", "-v", "3").code == 1


def test_reading_leaves_no_snapshot(lake: Project) -> None:
    lake.migration("V2__ponds.sql", "CREATE TABLE ponds (id BIGINT);")
    before = snapshots(lake)
    for argv in (["info"], ["validate"], ["drift"], ["migrate", "--dry-run"], ["migrate", "--target", "1"]):
        assert lake.main(*argv).code == 0
    assert snapshots(lake) == before


def test_a_failing_migration(lake: Project) -> None:
    lake.migration("V2__ponds.sql", "CREATE TABLE ponds (id BIGINT);")
    lake.migration("V3__bad.sql", f"DELETE FROM birds;\nCREATE TABLE two (id BIGINT);\n{'SELECT missing;'}")
    lake.migration("V4__frogs.sql", "CREATE TABLE frogs (id BIGINT);")
    ran = lake.main("migrate")
    assert ran.code == 4
    assert ran.err.startswith("ducktracker: V3__bad.sql:3: Binder Error: ")
    assert ran.err.splitlines()[1:] == [
        "  | SELECT missing",
        "hint: V3__bad.sql was rolled back; fix it and run `ducktracker migrate` again",
    ]
    assert lake.sql("SELECT count(*) FROM birds") == [(200,)]
    assert (states(lake)["V2__ponds.sql"], states(lake)["V3__bad.sql"], states(lake)["V4__frogs.sql"]) == (
        "applied",
        "failed",
        "pending",
    )
    assert lake.main("drift").code == 0
    lake.migration("V3__bad.sql", "CREATE TABLE two (id BIGINT);")
    assert lake.main("migrate").code == 0
    assert set(states(lake).values()) == {"applied"}


def test_a_checksum_mismatch(lake: Project) -> None:
    lake.migration("V1__birds.sql", BIRDS + "-- more")
    assert lake.main("validate").code == 1
    ran = lake.main("migrate")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("ducktracker: V1__birds.sql: was edited after it was applied (checksum ")


def test_a_baseline(project: Project) -> None:
    project.sql("CREATE TABLE ponds (id BIGINT)")
    for version in (1, 2, 3, 4):
        project.migration(f"V{version}__x.sql", f"CREATE TABLE t{version} (id BIGINT);")
    assert project.main("baseline", "--version", "3", "--description", "after initial setup").code == 0
    assert project.main("drift").code == 0
    assert [item["script"] for item in project.main("migrate", "--json").json["migrations"]] == ["V4__x.sql"]
    assert project.main("drift").code == 0


def test_a_schema_and_a_table_of_its_own(project: Project) -> None:
    mine = project.with_environment(DUCKTRACKER_TARGET_SCHEMA="my schema", DUCKTRACKER_SCHEMA_HISTORY_TABLE="done")
    mine.migration("V20261122094500__birds.sql", BIRDS)
    mine.migration("V20261122094501__other.sql", "CREATE SCHEMA other;\nUSE lake.other;\n")
    mine.migration("V20261122094502__ponds.sql", "CREATE TABLE ponds (id BIGINT);")
    ran = mine.main("migrate")
    assert ran.code == 0, ran.err
    assert project.sql('SELECT count(*) FROM "my schema".ponds') == [(0,)]
    assert project.sql('SELECT count(*) FROM "my schema".birds') == [(200,)]
    assert project.sql("SELECT max(version) FROM \"my schema\".done WHERE migration_type = 'V'") == [(20261122094502,)]
    assert mine.main("drift").code == 0
    assert set(states(mine).values()) == {"applied"}


def test_a_description_of_any_letters(project: Project) -> None:
    project.migration('V1__鳥\'s "nest".sql', "CREATE TABLE t (\"鳥;\" VARCHAR DEFAULT 'it''s; é');")
    assert project.main("migrate").code == 0
    assert states(project) == {'V1__鳥\'s "nest".sql': "applied"}
    ((message,),) = project.sql(
        "SELECT commit_message FROM lake.snapshots() WHERE commit_message LIKE '%V1%' ORDER BY snapshot_id LIMIT 1"
    )
    assert re.fullmatch(r"ducktracker [0-9.]+: V1__鳥's \"nest\"\.sql", message)
