"""What migrate leaves in the history table: the columns and rows of ducktracker 0.1.0, with a wider version."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from support.project import Project

BIRDS = "CREATE TABLE birds (id INT);\n"
BAD = "SELECT missing;\n"
VIEW = "CREATE OR REPLACE VIEW v AS SELECT 1 AS n;\n"
COLUMNS = [
    ("installed_rank", "INTEGER", "NO"),
    ("version", "BIGINT", "YES"),
    ("description", "VARCHAR", "NO"),
    ("migration_type", "VARCHAR", "NO"),
    ("script", "VARCHAR", "NO"),
    ("checksum", "VARCHAR", "NO"),
    ("installed_by", "VARCHAR", "NO"),
    ("installed_on", "TIMESTAMP", "NO"),
    ("execution_time_ms", "INTEGER", "NO"),
    ("success", "BOOLEAN", "NO"),
    ("snapshot_json", "VARCHAR", "YES"),
    ("snapshot_data", "BLOB", "YES"),
]


def columns(project: Project) -> list[tuple[str, str, str]]:
    return [(name, kind, null) for name, kind, null, *_ in project.sql("DESCRIBE ducktracker_schema_history")]


def rows(project: Project, what: str) -> list[tuple[object, ...]]:
    """The rows of migrations, in their order."""
    table = "ducktracker_schema_history WHERE migration_type IN ('V', 'R') ORDER BY installed_rank"
    return project.sql(f"SELECT {what} FROM {table}")


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_columns_and_rows(project: Project) -> None:
    before = datetime.now(tz=UTC).replace(tzinfo=None)
    project.migration("V01__all_the_birds.sql", BIRDS.replace("\n", "\r\n"))
    project.migration("V2__bad.sql", BAD)
    project.migration("R__v.sql", VIEW)
    known = project.with_environment(USER="ann")
    assert known.main("migrate").code == 4
    project.migration("V2__bad.sql", VIEW)
    assert known.main("migrate").code == 0
    assert columns(project) == COLUMNS
    assert rows(project, "version, description, migration_type, script, checksum, installed_by, success") == [
        (1, "all_the_birds", "V", "V01__all_the_birds.sql", sha256(BIRDS), "ann", True),
        (2, "bad", "V", "V2__bad.sql", sha256(BAD), "ann", False),
        (2, "bad", "V", "V2__bad.sql", sha256(VIEW), "ann", True),
        (None, "v", "R", "R__v.sql", sha256(VIEW), "ann", True),
    ]
    ranks = [int(str(rank)) for (rank,) in rows(project, "installed_rank")]
    assert ranks == sorted(set(ranks))
    for on, took in rows(project, "installed_on, execution_time_ms"):
        assert isinstance(on, datetime)
        assert isinstance(took, int)
        assert before <= on <= before + timedelta(minutes=5)
        assert 0 <= took < 300_000


def test_each_row_is_in_the_snapshot_of_its_migration(project: Project) -> None:
    project.migration("V1__birds.sql", BIRDS)
    project.migration("V2__ponds.sql", BIRDS.replace("birds", "ponds"))
    assert project.main("migrate").code == 0
    found = project.sql(
        "SELECT h.script, t.begin_snapshot = h.snapshot_id FROM ducktracker_schema_history h"
        " JOIN __ducklake_metadata_lake.ducklake_table t ON h.script LIKE '%' || t.table_name || '%' ORDER BY 1"
    )
    assert found == [("V1__birds.sql", True), ("V2__ponds.sql", True)]


@pytest.mark.parametrize("has_rows", [False, True], ids=["empty", "with rows"])
def test_a_large_version_widens_the_column_of_an_older_table(project: Project, has_rows: bool) -> None:
    listed = (f"{name} {kind}{' NOT NULL' if null == 'NO' else ''}" for name, kind, null in COLUMNS)
    project.sql(f"CREATE TABLE ducktracker_schema_history ({', '.join(listed).replace('BIGINT', 'INTEGER')})")
    project.migration("V1__birds.sql", BIRDS)
    if has_rows:
        assert project.main("migrate").code == 0
        assert columns(project)[1] == ("version", "INTEGER", "YES")
    project.migration("V20261122094500__ponds.sql", BIRDS.replace("birds", "ponds"))
    assert project.main("migrate").code == 0
    assert columns(project) == COLUMNS
    assert [version for (version,) in rows(project, "version")] == [1, 20261122094500]
    assert project.main("info", "--json").json["current_version"] == 20261122094500
    assert project.main("drift").code == 0


def test_a_large_version_from_the_start(project: Project) -> None:
    made = project.main("create", "birds", "--timestamp").out.strip()
    project.migration(made.removeprefix("migrations/"), BIRDS)
    assert project.main("migrate").code == 0
    assert project.main("info", "--json").json["counts"] == {"applied": 1}


def test_a_large_version_that_fails(project: Project) -> None:
    project.migration("V20261122094500__bad.sql", BAD)
    assert project.main("migrate").code == 4
    assert rows(project, "version, success") == [(20261122094500, False)]


def test_another_table_in_another_schema(project: Project) -> None:
    settings = project.folder / "ducktracker.toml"
    text = 'directory = "migrations"\ntarget_schema = "my schema"\nschema_history_table = "what \\"was\\" done"\n'
    settings.write_text(settings.read_text().replace('directory = "migrations"\n', text))
    project.migration("V1__birds.sql", BIRDS)
    assert project.main("migrate").code == 0
    assert project.main("info", "--json").json["counts"] == {"applied": 1}
    assert project.sql('SELECT script FROM "my schema"."what ""was"" done" WHERE migration_type = \'V\'') == [
        ("V1__birds.sql",)
    ]
    assert project.sql('SELECT count(*) FROM "my schema".birds') == [(0,)]
    assert project.main("drift").code == 0


def test_a_table_that_is_no_history(project: Project) -> None:
    project.sql("CREATE TABLE ducktracker_schema_history (id INT)")
    project.migration("V1__birds.sql", BIRDS)
    for argv in (["info"], ["migrate"], ["drift"], ["validate"], ["baseline", "-v", "1"]):
        ran = project.main(*argv)
        assert (ran.code, ran.out) == (2, "")
        said = "the table lake.main.ducktracker_schema_history is no history of ducktracker: "
        assert ran.err.startswith(f"ducktracker: {project.folder}/lake.db: {said}"), ran.err
    assert columns(project) == [("id", "INTEGER", "YES")]
