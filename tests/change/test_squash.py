"""ducktracker squash: a B file in the place of the migrations up to a version."""

import shutil
from pathlib import Path

import pytest

from support import forty
from support.project import Project, project_at

SCHEMA = "dt-snapshot | grep fingerprint"

BIRDS = "CREATE TABLE birds (id INTEGER NOT NULL, name VARCHAR DEFAULT 'it''s');"

COLOURS = "ALTER TABLE birds ADD COLUMN colours VARCHAR[]; COMMENT ON TABLE birds IS 'seen';"

SEEN = "INSERT INTO birds VALUES (1, 'ann''s', ['red', NULL, 'a, b']), (2, NULL, NULL);"

VIEW = "CREATE VIEW names AS SELECT name FROM birds;"


def write(project: Project, *texts: str) -> None:
    for version, text in enumerate(texts, start=1):
        project.migration(f"V{version}__x.sql", text)


def remove(project: Project, *versions: int) -> None:
    for version in versions:
        (project.folder / "migrations" / f"V{version}__x.sql").unlink()


def files(project: Project) -> list[str]:
    return sorted(path.name for path in (project.folder / "migrations").iterdir())


def elsewhere(project: Project, folder: Path) -> Project:
    """Return a project with the same files, and a lake that doesn't exist yet."""
    new = project_at(folder)
    shutil.copytree(project.folder / "migrations", new.folder / "migrations", dirs_exist_ok=True)
    return new


def states(project: Project) -> list[str]:
    found = project.main("info", "--json").json["migrations"]
    return [f"{item['script'].partition('__')[0]} {item['state']}" for item in found]


def clean(project: Project) -> None:
    """Assert that there is nothing to do, and nothing wrong."""
    assert project.main("migrate") == (0, "nothing to apply\n", "")
    for argv in (["validate", "--strict"], ["drift"], ["drift", "--against", "files"], ["info", "--exit-code"]):
        ran = project.main(*argv)
        assert ran.code == 0, (argv, ran)


def rows(project: Project, query: str) -> list[tuple[object, ...]]:
    return sorted(project.sql(query), key=repr)


def test_fifty_migrations(duckdb_project: Project, tmp_path: Path) -> None:
    forty.write(duckdb_project, 50)
    assert duckdb_project.main("migrate").code == 0
    ran = duckdb_project.main("squash", "--target", "50", "--yes")
    assert (ran.code, ran.out.splitlines()[-1]) == (
        0,
        "migrations/B50__squashed.sql stands for all versions up to 50",
    )
    assert files(duckdb_project) == ["B50__squashed.sql"]
    clean(duckdb_project)
    new = elsewhere(duckdb_project, tmp_path / "new")
    assert new.main("migrate").code == 0
    clean(new)
    assert new.pipe(SCHEMA).out == duckdb_project.pipe(SCHEMA).out
    for table in ("log", "t10", "t50"):
        assert rows(new, f"FROM {table}") == rows(duckdb_project, f"FROM {table}")
    assert states(new) == ["B50 applied"]


@pytest.mark.slow
def test_rows_and_definitions(project: Project, tmp_path: Path) -> None:
    write(project, BIRDS, COLOURS, SEEN, VIEW, "ALTER TABLE birds DROP COLUMN name;")
    assert project.main("migrate").code == 0
    assert project.main("squash", "--target", "4", "-d", "First birds", "--yes").code == 0
    assert files(project) == ["B4__first_birds.sql", "V5__x.sql"]
    clean(project)
    new = elsewhere(project, tmp_path / "new")
    assert new.main("migrate").code == 0
    clean(new)
    assert rows(new, "FROM birds") == rows(project, "FROM birds")
    assert states(new) == ["B4 applied", "V5 applied"]
    (entry,) = [
        entry for entry in new.main("log", "--json").json["entries"] if "B4__first_birds.sql" in entry["scripts"]
    ]
    assert (entry["kind"], entry["counts"]) == ("migration", {"added": 2})


def test_a_lake_between(duckdb_project: Project) -> None:
    write(duckdb_project, BIRDS, COLOURS)
    assert duckdb_project.main("migrate").code == 0
    write(duckdb_project, BIRDS, COLOURS, SEEN, VIEW)
    refused = duckdb_project.main("squash", "--target", "4", "--yes")
    assert (refused.code, "still needs files that squash would remove" in refused.err) == (1, True), refused
    assert duckdb_project.main("squash", "--target", "4", "--keep", "--yes").code == 0
    remove(duckdb_project, 1, 2, 3, 4)
    said = (
        "ducktracker: B4__squashed.sql: stands for all versions up to 4, whose files are gone; "
        "the lake is at version 2\n"
        "hint: check out the commit from before B4__squashed.sql, run `ducktracker migrate` there, and come back\n"
    )
    for argv in (["migrate"], ["migrate", "--dry-run"], ["plan"], ["migrate", "--target", "3"]):
        assert duckdb_project.main(*argv) == (1, "", said)
    assert duckdb_project.main("validate").code == 1
    assert states(duckdb_project) == ["V1 applied", "V2 applied", "B4 out-of-order"]
    assert duckdb_project.main("migrate", "--target", "2").code == 0
    write(duckdb_project, BIRDS, COLOURS, SEEN, VIEW)
    assert duckdb_project.main("migrate").code == 0
    remove(duckdb_project, 1, 2, 3, 4)
    clean(duckdb_project)


@pytest.mark.slow
def test_files_that_are_kept(duckdb_project: Project, tmp_path: Path) -> None:
    write(duckdb_project, BIRDS)
    assert duckdb_project.main("migrate").code == 0
    write(duckdb_project, BIRDS, COLOURS, VIEW)
    assert duckdb_project.main("squash", "--target", "3", "--keep", "--yes").code == 0
    assert files(duckdb_project) == ["B3__squashed.sql", "V1__x.sql", "V2__x.sql", "V3__x.sql"]
    assert duckdb_project.main("migrate").code == 0
    clean(duckdb_project)
    new = elsewhere(duckdb_project, tmp_path / "new")
    assert new.main("plan").code == 0
    assert new.main("migrate", "--target", "2").code == 0
    assert states(new) == ["V1 applied", "V2 applied", "B3 ignored", "V3 pending"]
    assert new.main("migrate").code == 0
    clean(new)


@pytest.mark.slow
def test_squashed_again_with_what_undo_needs_no_more(duckdb_project: Project, tmp_path: Path) -> None:
    write(duckdb_project, BIRDS, COLOURS, SEEN, VIEW, "CREATE TABLE t (i INTEGER);")
    duckdb_project.migration("R__all.sql", "CREATE OR REPLACE VIEW everything AS FROM birds;")
    assert duckdb_project.main("squash", "--target", "2", "--yes").code == 0
    assert duckdb_project.main("migrate").code == 0
    duckdb_project.migration("U4__x.sql", "DROP VIEW names;")
    duckdb_project.migration("U5__x.sql", "DROP TABLE t;")
    assert duckdb_project.main("squash", "--target", "4", "--yes").code == 0
    assert files(duckdb_project) == ["B4__squashed.sql", "R__all.sql", "U5__x.sql", "V5__x.sql"]
    clean(duckdb_project)
    new = elsewhere(duckdb_project, tmp_path / "new")
    assert new.main("migrate").code == 0
    clean(new)
    assert states(new) == ["B4 applied", "V5 applied", "R applied"]
    assert rows(new, "FROM everything") == rows(duckdb_project, "FROM everything")


@pytest.mark.slow
def test_undo_ends_where_the_lake_began(duckdb_project: Project) -> None:
    write(duckdb_project, BIRDS, COLOURS, "CREATE TABLE t (i INTEGER);")
    duckdb_project.migration("U3__x.sql", "DROP TABLE t;")
    assert duckdb_project.main("squash", "--target", "2", "--yes").code == 0
    assert duckdb_project.main("migrate").code == 0
    below = duckdb_project.main("undo", "--target", "1", "--yes")
    assert (below.code, "version 1 is not applied" in below.err) == (2, True), below
    assert duckdb_project.main("undo", "--target", "2", "--yes").code == 0
    assert states(duckdb_project) == ["B2 applied", "V3 undone"]
    assert duckdb_project.main("undo", "--yes").out == "there is no migration to undo; nothing was written\n"
    assert duckdb_project.main("migrate").code == 0
    clean(duckdb_project)


def test_names_schemas_and_options(duckdb_project: Project, tmp_path: Path) -> None:
    with (duckdb_project.folder / "ducktracker.toml").open("a") as file:
        file.write('target_schema = "Our data"\n')
    write(
        duckdb_project,
        'CREATE SCHEMA other; CREATE TABLE other."Big x" (s STRUCT("a b" INTEGER, d DATE), m MAP(VARCHAR, BLOB));',
        "CREATE TABLE t (d DECIMAL(20, 10), f DOUBLE, w TIMESTAMPTZ);INSERT INTO t VALUES (1, .1 + .2, '2026-11-27')",
        """INSERT INTO other."Big x" VALUES ({'a b': 1, d: '2026-11-27'}, MAP {'it''s': '\\x00\\xFF'::BLOB});""",
        "CALL lake.set_option('parquet_compression', 'zstd', table_name => 't', schema => 'Our data');",
        "CREATE MACRO twice(x) AS x * 2; CREATE TABLE parts (i INTEGER); ALTER TABLE parts SET PARTITIONED BY (i);",
    )
    assert duckdb_project.main("squash", "--target", "4", "--yes").code == 1
    assert duckdb_project.main("migrate").code == 0
    ran = duckdb_project.main("squash", "--target", "5", "--yes")
    assert ran.code == 0, ran
    assert files(duckdb_project) == ["B5__squashed.sql", "V6__squashed.sql"]
    assert duckdb_project.main("migrate").code == 0
    clean(duckdb_project)
    new = elsewhere(duckdb_project, tmp_path / "new")
    shutil.copy(duckdb_project.folder / "ducktracker.toml", new.folder)
    assert new.main("migrate").code == 0
    clean(new)
    for query in ('SELECT d, f, w::VARCHAR FROM "Our data".t', 'FROM other."Big x"'):
        assert rows(new, query) == rows(duckdb_project, query)


@pytest.mark.slow
def test_one_that_was_edited_after_it_was_applied(duckdb_project: Project) -> None:
    write(duckdb_project, BIRDS)
    assert duckdb_project.main("squash", "--target", "1", "--yes").code == 0
    assert duckdb_project.main("migrate").code == 0
    file = duckdb_project.folder / "migrations" / "B1__squashed.sql"
    file.write_text(f"{file.read_text()}-- more\n")
    assert duckdb_project.main("validate").code == 1
    assert "B1__squashed.sql: was edited after it was applied" in duckdb_project.main("migrate").err
    assert duckdb_project.main("repair", "--yes").code == 0
    clean(duckdb_project)
