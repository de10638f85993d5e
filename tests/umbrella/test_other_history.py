"""A history elsewhere in a lake, on either backend."""

from support.project import Project


def test_a_history_elsewhere(project: Project) -> None:
    project.migration("V1__t.sql", "CREATE TABLE t (i INT);")
    assert project.main("migrate").code == 0
    mine = project.with_environment(DUCKTRACKER_SCHEMA_HISTORY_TABLE="hist", DUCKTRACKER_TARGET_SCHEMA="app")
    assert [mine.main(*argv).code for argv in (["migrate"], ["plan"], ["baseline", "-v", "1"])] == [2, 2, 2]
    assert mine.main("migrate", "--new-history").code == 0
    assert mine.main("migrate") == (0, "nothing to apply\n", "")
