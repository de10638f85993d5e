"""A U file is tried on a branch as plan tries a migration: what reaches beyond the lake is left out, and told."""

from support.project import Project


def states(project: Project) -> dict[int, str]:
    return {item["version"]: item["state"] for item in project.main("info", "--json").json["migrations"]}


def applied(project: Project, *migrations: str) -> Project:
    for version, sql in enumerate(migrations, start=1):
        project.migration(f"V{version}__m.sql", sql)
    assert project.main("migrate", "--quiet").code == 0
    return project


def test_what_is_not_tried_is_told_and_then_done(project: Project) -> None:
    out = project.folder / "out.csv"
    applied(project, "CREATE TABLE t AS SELECT 7 AS i;")
    project.migration("U1__m.sql", f"COPY t TO '{out}';\nDROP TABLE t;\n")
    ran = project.main("undo", "--dry-run")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[2].startswith("- table main.t (i INTEGER)")
    assert ran.out.splitlines()[-1] == "U1__m.sql:1: not tried: COPY writes a file"
    assert not out.exists()
    ran = project.main("undo", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert out.read_text() == "i\n7\n"
    assert states(project) == {1: "undone"}


def test_what_needs_it_is_not_tried_either(duckdb_project: Project) -> None:
    seed = duckdb_project.folder / "seed.csv"
    seed.write_text("i\n7\n")
    project = applied(duckdb_project, "CREATE TABLE t AS SELECT 7 AS i;", "CREATE VIEW v AS FROM t;", "DROP VIEW v;")
    project.migration("U3__m.sql", f"CREATE TABLE u AS FROM read_csv('{seed}');\nCREATE VIEW v AS FROM u;\n")
    ran = project.main("undo", "--dry-run")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-2:] == [
        f"U3__m.sql:1: not tried: it opens {seed}, which only `plan --allow-external` does",
        "U3__m.sql:2: not tried: it may need what was not tried",
    ]
    assert project.main("undo", "--yes").code == 0
    assert project.sql("FROM v") == [(7,)]


def test_what_comes_before_it_is_not_known_then(duckdb_project: Project) -> None:
    project = applied(duckdb_project, "CREATE TABLE t AS SELECT 7 AS i;", "CREATE TABLE u (i INTEGER);")
    project.migration("U2__m.sql", f"COPY t TO '{project.folder / 'out.csv'}';\nDROP TABLE u;\n")
    ran = project.main("undo", "--target", "0", "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "ducktracker: U2__m.sql:1: not tried: COPY writes a file; so it isn't known what to undo before it",
        "hint: run `ducktracker undo` without --target, which undoes the newest migration alone",
    ]
    assert states(project) == {1: "applied", 2: "applied"}
