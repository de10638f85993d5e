import hashlib

import pytest

from support.project import Project

SQL = "CREATE TABLE birds (id INT);\nCREATE TABLE ponds (id INT);\n"
EDITED = SQL.replace("INT", "BIGINT")


@pytest.fixture
def lake(project: Project) -> Project:
    project.migration("V1__birds.sql", SQL)
    project.migration("R__names.sql", "SELECT 1;")
    assert project.main("migrate").code == 0
    return project


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_no_mismatch(lake: Project) -> None:
    assert lake.main("validate") == (0, "all checksums match\n", "")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SQL.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(SQL.replace("\n", "\r"), id="CR"),
        pytest.param("\ufeff" + SQL, id="BOM"),
    ],
)
def test_what_is_normalised_is_no_mismatch(lake: Project, text: str) -> None:
    lake.migration("V1__birds.sql", text)
    assert lake.main("validate").code == 0


def test_what_is_no_mismatch_is_applied(lake: Project) -> None:
    (lake.folder / "migrations/V1__birds.sql").rename(lake.folder / "migrations/V01__renamed.sql")
    lake.migration("R__names.sql", "SELECT 2;")
    lake.migration("V2__new.sql", "SELECT 1;")
    assert lake.main("validate").code == 0


def test_a_mismatch(lake: Project) -> None:
    lake.migration("V1__birds.sql", EDITED)
    said = (
        "V1__birds.sql: changed after it was applied\n"
        f"    applied  {sha256(SQL)}\n"
        f"    file     {sha256(EDITED)}\n"
        "1 checksum mismatch\n"
    )
    assert lake.main("validate") == (1, said, "")


def test_a_mismatch_as_json(lake: Project) -> None:
    lake.migration("V1__birds.sql", EDITED)
    ran = lake.main("validate", "--json")
    assert ran.code == 1
    mismatch = {"version": 1, "script": "V1__birds.sql", "applied_checksum": sha256(SQL), "checksum": sha256(EDITED)}
    assert ran.json == {"kind": "validation", "version": 2, "mismatches": [mismatch], "warnings": [], "problems": []}


def test_a_mismatch_ends_migrate_before_anything_runs(lake: Project) -> None:
    lake.migration("V1__birds.sql", EDITED)
    lake.migration("V2__new.sql", "CREATE TABLE frogs (id INT);")
    before = lake.sql("SELECT count(*) FROM lake.snapshots()")
    said = f"(checksum {sha256(SQL)[:12]}… -> {sha256(EDITED)[:12]}…)"
    hint = "hint: restore the file and put the change into a new migration; `ducktracker validate` shows all\n"
    expected = f"ducktracker: V1__birds.sql: was edited after it was applied {said}\n{hint}"
    assert lake.main("migrate") == (1, "", expected)
    assert lake.main("migrate", "--dry-run") == (1, "", expected)
    assert lake.sql("SELECT count(*) FROM lake.snapshots()") == before


def test_migrate_without_validation(lake: Project) -> None:
    lake.migration("V1__birds.sql", EDITED)
    lake.migration("V2__new.sql", "CREATE TABLE frogs (id INT);")
    assert lake.with_environment(DUCKTRACKER_VALIDATE_ON_MIGRATE="false").main("migrate").code == 0
    assert lake.main("validate").code == 1


def test_without_a_lake(project: Project) -> None:
    project.migration("V1__birds.sql", SQL)
    assert project.main("validate") == (0, "all checksums match\n", "")
    assert not (project.folder / "lake.db").exists()


def test_a_file_that_is_gone_is_no_mismatch(lake: Project) -> None:
    (lake.folder / "migrations/V1__birds.sql").unlink()
    said = "ducktracker: V1__birds.sql: was applied, and its file is missing\n"
    assert lake.main("validate") == (0, "all checksums match\n", said)
    assert lake.main("migrate") == (0, "nothing to apply\n", said)
    assert lake.main("migrate", "--dry-run") == (0, "0 migrations to apply; nothing was executed\n", said)


def test_what_migrate_refuses_is_reported(lake: Project) -> None:
    lake.migration("V3__frogs.sql", "CREATE TABLE frogs (id INT);")
    lake.migration("V4__theirs.sql", "CREATE TABLE theirs (id INT);")
    assert lake.main("migrate").code == 0
    lake.migration("V1__birds.sql", EDITED)
    lake.migration("V2__late.sql", "SELECT 1;")
    (lake.folder / "migrations/V4__theirs.sql").unlink()
    lake.migration("V4__mine.sql", "CREATE TABLE mine (id INT);")
    said = (
        "V4__mine.sql: V4 was applied from V4__theirs.sql, and this is a different migration\n"
        "    give V4__mine.sql another version; if it is the same migration, renamed and edited, "
        "rename it to V4__theirs.sql\n"
        "V2__late.sql: version 2 is below 4, the current version of the lake\n"
        "    give it a version above 4, or set behavior.out_of_order = true\n"
        "V1__birds.sql: changed after it was applied\n"
        f"    applied  {sha256(SQL)}\n"
        f"    file     {sha256(EDITED)}\n"
        "1 checksum mismatch and 2 other problems\n"
    )
    assert lake.main("validate") == (1, said, "")
    found = lake.main("validate", "--json").json
    assert [(item["code"], item["script"]) for item in found["problems"]] == [
        ("version-collision", "V4__mine.sql"),
        ("out-of-order", "V2__late.sql"),
    ]
    out_of_order = lake.with_environment(DUCKTRACKER_OUT_OF_ORDER="true").main("validate", "--json").json
    assert [item["script"] for item in out_of_order["problems"]] == ["V4__mine.sql"]


@pytest.mark.parametrize(
    ("form", "first"),
    [
        pytest.param("github", "::error file=migrations/V2__late.sql,title=migration V2__late.sql", id="github"),
        pytest.param("junit", '<testcase classname="migration" name="V2__late.sql out-of-order"', id="junit"),
    ],
)
def test_problems_for_a_ci_system(project: Project, form: str, first: str) -> None:
    project.migration("V3__ponds.sql", "CREATE TABLE ponds (id INT);")
    assert project.main("migrate").code == 0
    project.migration("V2__late.sql", "SELECT 1;")
    ran = project.main("validate", "--format", form)
    assert (ran.code, first in ran.out, "is below 3" in ran.out) == (1, True, True)
    (project.folder / "migrations/V5__x.sql").write_bytes(b"SELECT 1;\n\xff")
    ran = project.main("validate", "--format", form)
    assert (ran.code, ran.err) == (2, "")
    assert "file=migrations/V5__x.sql,line=2," in ran.out or 'file="migrations/V5__x.sql" line="2"' in ran.out


def test_a_version_that_was_applied_from_another_file(lake: Project) -> None:
    lake.migration("V2__theirs.sql", "CREATE TABLE theirs (id INT);")
    assert lake.main("migrate").code == 0
    (lake.folder / "migrations/V2__theirs.sql").unlink()
    lake.migration("V2__mine.sql", "CREATE TABLE mine (id INT);")
    said = "ducktracker: V2__mine.sql: V2 was applied from V2__theirs.sql, and this is a different migration\n"
    for argv in (["migrate"], ["migrate", "--dry-run"], ["plan"], ["migrate", "--target", "2"]):
        ran = lake.main(*argv)
        assert (ran.code, ran.out, ran.err.splitlines(keepends=True)[0]) == (1, "", said)
    for variable in ("DUCKTRACKER_VALIDATE_ON_MIGRATE", "DUCKTRACKER_OUT_OF_ORDER"):
        value = "true" if variable.endswith("ORDER") else "false"
        assert lake.with_environment(**{variable: value}).main("migrate").code == 1
    ran = lake.main("info")
    assert (ran.code, ran.err) == (0, said)
    states = {item["script"]: item["state"] for item in lake.main("info", "--json").json["migrations"]}
    assert (states["V2__theirs.sql"], states["V2__mine.sql"]) == ("missing", "out-of-order")
    assert lake.main("repair", "--yes") == (0, "nothing to repair\n", "")
    (lake.folder / "migrations/V2__mine.sql").rename(lake.folder / "migrations/V3__mine.sql")
    assert lake.main("migrate").out.splitlines()[-1] == "1 migration applied"


@pytest.mark.parametrize("composed_first", [True, False], ids=["NFC, then NFD", "NFD, then NFC"])
def test_a_name_in_two_forms_of_unicode(project: Project, composed_first: bool) -> None:
    """As in a checkout on macOS and one on Linux."""
    first, second = ("\xfcber", "u\u0308ber") if composed_first else ("u\u0308ber", "\xfcber")
    sql = "CREATE OR REPLACE VIEW v AS SELECT 1 AS i;"
    project.migration(f"R__{first}.sql", sql)
    project.migration(f"V1__{first}.sql", SQL)
    assert project.main("migrate").out.splitlines()[-1] == "2 migrations applied"
    for kind in ("R", "V1"):
        folder = project.folder / "migrations"
        (folder / f"{kind}__{first}.sql").rename(folder / f"{kind}__{second}.sql")
    assert project.main("migrate") == (0, "nothing to apply\n", "")
    assert project.main("validate") == (0, "all checksums match\n", "")
    assert project.main("info", "--json").json["counts"] == {"applied": 2}
    project.migration(f"V1__{second}.sql", EDITED)
    assert [item["version"] for item in project.main("validate", "--json").json["mismatches"]] == [1]
    project.migration(f"V1__{second}.sql", SQL)
    project.migration(f"R__{second}.sql", sql.replace("1", "2"))
    assert project.main("info", "--json").json["counts"] == {"applied": 1, "outdated": 1}
    project.migration(f"R__{first}.sql", sql)
    ran = project.main("migrate")
    assert (ran.code, "two files have this name, in two forms of Unicode" in ran.err) == (2, True)
