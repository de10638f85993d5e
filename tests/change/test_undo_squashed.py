"""A migration whose file was squashed can't be undone, as nothing could apply it again."""

from support.project import Project


def test_a_squashed_migration(duckdb_project: Project) -> None:
    project = duckdb_project
    for version in (1, 2):
        project.migration(f"V{version}__m.sql", f"CREATE TABLE t{version} (i INTEGER);")
    assert project.main("migrate", "--quiet").code == 0
    assert project.main("squash", "--target", "2", "--yes").code == 0
    project.migration("V3__m.sql", "CREATE TABLE t3 (i INTEGER);")
    assert project.main("migrate", "--quiet").code == 0
    ran = project.main("undo", "--target", "1", "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "ducktracker: V2__m.sql: can't be undone: its file is gone, and B2__squashed.sql stands for it",
        "hint: write a new migration that takes it back, or put the file back into the folder",
    ]
    ran = project.main("undo", "--yes")
    assert ran.code == 0, ran.err
    assert project.main("migrate", "--quiet").code == 0
