"""Migration folders and files that can't be used: one line, exit 2, and nothing made or applied."""

import os

import pytest

from support.project import Project

FAULTS = [
    pytest.param(
        {"V3__x.sql": b"SELECT 1", "V3__y.sql": b"SELECT 1"},
        "V3__x.sql: two files claim version 3: V3__x.sql and V3__y.sql",
        id="two files of one version",
    ),
    pytest.param(
        {"V03__y.sql": b"SELECT 1", "V3__x.sql": b"SELECT 1"},
        "V03__y.sql: two files claim version 3: V03__y.sql and V3__x.sql",
        id="V03 and V3",
    ),
    pytest.param(
        {"x.sql": b"SELECT 1"},
        "x.sql: the name has none of the forms V1__what.sql, R__what.sql, B1__what.sql and U1__what.sql",
        id="a name that matches no pattern",
    ),
    pytest.param({"V1__.sql": b"SELECT 1"}, "V1__.sql: the name has no description after __", id="no description"),
    pytest.param({"V1__x.sql": b"SELECT 1;\n'\xff'"}, "V1__x.sql:2: is not UTF-8 (byte 0xff)", id="not UTF-8"),
]
NEVER_RUN = [
    pytest.param({"V1__x.sql": b""}, "V1__x.sql: is empty; a migration needs a statement", id="empty"),
    pytest.param({"V1__x.sql": b"\xef\xbb\xbf"}, "V1__x.sql: is empty; a migration needs a statement", id="only a BOM"),
    pytest.param(
        {"V1__x.sql": b"-- x\n"}, "V1__x.sql: holds only comments; a migration needs a statement", id="comments"
    ),
    pytest.param(
        {"V1__x.sql": b"\xef\xbb\xbfSELECT 1;\r\n\r\nSELECT\r\n  2\r\n  3;"},
        'V1__x.sql:5: Parser Error: syntax error at or near "3"',
        id="syntax error in the third line of the second statement, with BOM and CRLF",
    ),
    pytest.param(
        {"V1__x.sql": b"CREATE TABLE t (i INT);", "V2__y.sql": b"COMMIT;"},
        "V2__y.sql:1: COMMIT is not allowed: ducktracker runs each migration in a transaction of its own",
        id="a transaction statement in a later file",
    ),
    pytest.param(
        {"V1__x.sql": b"CREATE TABLE t (i INT);", "R__y.sql": b"SELECT ("},
        "R__y.sql:1: Parser Error: syntax error at end of input",
        id="a syntax error in a repeatable",
    ),
    pytest.param(
        {"V1__x.sql": b"INSERT INTO t VALUES (?)"},
        "V1__x.sql:1: the parameter $1 has no value; a migration takes no parameters",
        id="a parameter",
    ),
    pytest.param(
        {"V1__x.sql": b"SELECT 1;\nPRAGMA quack;"},
        "V1__x.sql:2: Catalog Error: Pragma Function with name quack does not exist!",
        id="an unknown PRAGMA",
    ),
]


def write(project: Project, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (project.folder / "migrations" / name).write_bytes(data)


@pytest.mark.parametrize("argv", [["migrate"], ["migrate", "--dry-run"], ["info"]], ids=" ".join)
@pytest.mark.parametrize(("files", "said"), FAULTS)
def test_a_fault_of_the_folder(project: Project, argv: list[str], files: dict[str, bytes], said: str) -> None:
    write(project, files)
    assert project.main(*argv) == (2, "", f"ducktracker: {said}\n")
    assert not (project.folder / "lake.db").exists()


@pytest.mark.parametrize(("files", "said"), FAULTS)
def test_validate_reports_a_fault_of_the_folder(project: Project, files: dict[str, bytes], said: str) -> None:
    write(project, files)
    assert project.main("validate") == (2, f"{said}\n1 problem\n", "")


SUBFOLDERS = [
    pytest.param({"old/V1__x.sql": b""}, "old in {} has .sql files, and subfolders are not read", id="one"),
    pytest.param(
        {"b/a.SQL": b"", "a/x.sql": b""}, "a and b in {} have .sql files, and subfolders are not read", id="two"
    ),
    pytest.param(
        {"V2__d.sql/V1__x.sql": b""}, "V2__d.sql in {} has .sql files, and subfolders are not read", id="name"
    ),
    pytest.param({"docs/x.md": b"", ".git/x.sql": b"", "c/d/x.sql": b""}, "", id="no .sql right in it, or hidden"),
]


@pytest.mark.parametrize(
    "argv", [["migrate"], ["migrate", "--dry-run"], ["plan"], ["info"], ["validate"]], ids=" ".join
)
@pytest.mark.parametrize(("files", "said"), SUBFOLDERS)
def test_subfolders_with_sql_are_said(project: Project, argv: list[str], files: dict[str, bytes], said: str) -> None:
    for name in files:
        (project.folder / "migrations" / name).parent.mkdir(parents=True)
    write(project, files)
    ran = project.main(*argv)
    line = said.format(f"{project.folder}/migrations")
    assert (ran.code, ran.err) == (0, f"ducktracker: {line}\n" if said else "")


@pytest.mark.parametrize("argv", [["migrate"], ["migrate", "--dry-run"]], ids=" ".join)
@pytest.mark.parametrize(("files", "said"), NEVER_RUN)
def test_a_file_that_is_never_run(project: Project, argv: list[str], files: dict[str, bytes], said: str) -> None:
    write(project, files)
    ran = project.main(*argv)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[0].startswith(f"ducktracker: {said}")
    assert not (project.folder / "lake.db").exists()


def test_a_lake_is_left_as_it_is(project: Project) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INT);")
    assert project.main("migrate").code == 0
    before = snapshots(project)
    project.migration("V2__ponds.sql", "CREATE TABLE ponds (id INT);")
    for sql in ("", "-- only", "SELECT )", "ROLLBACK", "SELECT ?", "/* open"):
        project.migration("V3__x.sql", sql)
        assert project.main("migrate").code == 2
    assert snapshots(project) == before
    assert project.main("info", "--json").json["counts"] == {"applied": 1, "pending": 2}


def snapshots(project: Project) -> list[tuple[int]]:
    return project.sql("SELECT max(snapshot_id) FROM lake.snapshots()")


def test_more_than_one_fault_is_hinted_at(project: Project) -> None:
    write(project, {"x.sql": b"", "y.sql": b""})
    ran = project.main("migrate")
    assert ran.err.splitlines()[1:] == [f"hint: dt-scan shows all 2 faults of {project.folder}/migrations"]


@pytest.mark.parametrize("argv", [["migrate"], ["migrate", "--dry-run"], ["info"], ["validate"]], ids=" ".join)
def test_no_folder(project: Project, argv: list[str]) -> None:
    (project.folder / "migrations").rmdir()
    ran = project.main(*argv)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[0] == f"ducktracker: {project.folder}/migrations: there is no such folder"
    assert [path.name for path in project.folder.iterdir()] == ["ducktracker.toml"]


def test_a_folder_that_is_a_file(project: Project) -> None:
    (project.folder / "migrations").rmdir()
    (project.folder / "migrations").write_text("")
    assert project.main("info") == (2, "", f"ducktracker: {project.folder}/migrations: is not a folder\n")


def test_a_link_to_nowhere(project: Project) -> None:
    os.symlink("nowhere", project.folder / "migrations" / "V1__x.sql")
    assert project.main("migrate") == (2, "", "ducktracker: V1__x.sql: is not a file\n")


def test_other_files_are_no_matter(project: Project) -> None:
    write(project, {"README.md": b"\xff", ".V1__x.sql.swp": b"", "V1__x.sql.bak": b""})
    (project.folder / "migrations" / "V1__folder.sql").mkdir()
    assert project.main("info", "--json").json["migrations"] == []


def test_a_semicolon_and_a_quote_where_they_end_nothing(project: Project) -> None:
    sql = """
    CREATE TABLE "a;""b" (i INT, "q'" VARCHAR);
    /* ; /* ' */ ; */
    INSERT INTO "a;""b" VALUES (1, $$it's; $$), (2, 'é;''ü'); -- ; the end"""
    project.migration("V1__x.sql", sql)
    assert project.main("migrate").code == 0
    assert project.sql('SELECT "q\'" FROM "a;""b" ORDER BY i') == [("it's; ",), ("é;'ü",)]


def test_a_current_directory_that_was_deleted(project: Project) -> None:
    gone = project.folder.parent / "gone"
    script = f"mkdir {gone}; cd {gone}; rmdir {gone}; ducktracker info"
    ran = project.pipe(script)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "ducktracker: the current directory was deleted\nhint: cd to a folder that is there\n"
