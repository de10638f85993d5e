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
    assert ran.json == {"kind": "validation", "version": 1, "mismatches": [mismatch], "warnings": []}


def test_a_mismatch_ends_migrate_before_anything_runs(lake: Project) -> None:
    lake.migration("V1__birds.sql", EDITED)
    lake.migration("V2__new.sql", "CREATE TABLE frogs (id INT);")
    before = lake.sql("SELECT count(*) FROM lake.snapshots()")
    said = f"its checksum was {sha256(SQL)[:12]}…, and is {sha256(EDITED)[:12]}… now"
    hint = "hint: restore the file and put the change into a new migration; `ducktracker validate` shows all\n"
    expected = f"ducktracker: V1__birds.sql: was changed after it was applied: {said}\n{hint}"
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
    assert lake.main("validate").code == 0
    assert lake.main("migrate") == (0, "nothing to apply\n", "")
