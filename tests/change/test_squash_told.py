"""What squash says, asks and refuses, before it writes anything."""

import pytest

from change.test_squash import BIRDS, COLOURS, SEEN, files, write
from support.project import Project


@pytest.mark.parametrize(
    ("texts", "argv", "code", "said"),
    [
        pytest.param([BIRDS], ["--target", "7"], 2, "no migration has the version 7", id="no version"),
        pytest.param(
            [BIRDS, "INSERT INTO birds SELECT range, 'x' FROM range(1001);"],
            ["--target", "2"],
            1,
            "the migrations up to V2 write more than 1000 rows, most of them into main.birds",
            id="data",
        ),
        pytest.param([BIRDS, "CREATE TABLE birds (i INTEGER);"], ["--target", "2"], 4, "V2__x.sql:1: ", id="a failure"),
        pytest.param([BIRDS], ["--target", "1", "-d", "!"], 2, "no letter or digit in the desc", id="a name"),
        pytest.param([BIRDS], ["--target", "x"], 2, "argument --target: not a version: 'x'", id="not a version"),
    ],
)
def test_refused(duckdb_project: Project, texts: list[str], argv: list[str], code: int, said: str) -> None:
    write(duckdb_project, *texts)
    before = files(duckdb_project)
    ran = duckdb_project.main("squash", *argv, "--yes")
    assert (ran.code, ran.err.startswith(f"ducktracker: {said}")) == (code, True), ran
    assert files(duckdb_project) == before


@pytest.mark.parametrize(
    ("last", "place", "hint"),
    [
        pytest.param(
            "CREATE TABLE birds (i INTEGER);",
            "V3__x.sql:1: ",
            "hint: nothing was written; a new lake can't run this file either, so fix it, then `ducktracker repair`",
            id="a migration that fails",
        ),
        pytest.param(
            "DROP TABLE birds;",
            "B3__squashed.sql:",
            "hint: nothing was written; a view or macro of what was dropped later can't be created: "
            "drop it in a migration, or squash up to a lower version",
            id="a broken view",
        ),
    ],
)
def test_the_hint_is_about_squash(duckdb_project: Project, last: str, place: str, hint: str) -> None:
    write(duckdb_project, BIRDS, "CREATE VIEW names AS SELECT name FROM birds;", last)
    ran = duckdb_project.main("squash", "--target", "3", "--yes")
    assert ran.code == 4, ran
    assert ran.err.startswith(f"ducktracker: {place}")
    assert ran.err.splitlines()[-1] == hint


def test_a_name_that_needs_quotes(duckdb_project: Project) -> None:
    write(duckdb_project, 'CREATE TABLE "a.b c" AS SELECT 1 AS i;')
    ran = duckdb_project.main("squash", "--target", "1", "--dry-run")
    assert '1 row of main."a.b c", in the file' in ran.out.splitlines()


def test_nobody_to_ask(duckdb_project: Project) -> None:
    write(duckdb_project, BIRDS)
    ran = duckdb_project.main("squash", "--target", "1")
    assert (ran.code, ran.err) == (
        2,
        "ducktracker: can't ask for confirmation: stdin is not a terminal; nothing was written\n"
        "hint: ducktracker squash --yes\n",
    )
    assert files(duckdb_project) == ["V1__x.sql"]


def test_a_dry_run_and_rows_left_out(duckdb_project: Project) -> None:
    write(duckdb_project, BIRDS, COLOURS, SEEN)
    ran = duckdb_project.main("squash", "--target", "3", "--dry-run")
    assert [part.removeprefix("|").removeprefix(" ") for part in ran.out.splitlines()] == [
        "migrations/B3__squashed.sql",
        "-- Squashed by ducktracker: V1__x.sql to V3__x.sql.",
        "-- Only a new lake runs this file; one at version 3 or above ignores it.",
        "-- Rows are as they were written when it was squashed; a default such as now() is a value here.",
        "",
        "CREATE TABLE birds (id INTEGER NOT NULL, name VARCHAR DEFAULT 'it''s', colours VARCHAR[]);",
        "COMMENT ON TABLE birds IS 'seen';",
        "INSERT INTO birds (id, name, colours) VALUES",
        "    (1, 'ann''s', '[red, NULL, ''a, b'']'),",
        "    (2, NULL, NULL);",
        "",
        "squashes 3 files into migrations/B3__squashed.sql",
        "2 rows of main.birds, in the file",
        "removes 3 files: V1__x.sql to V3__x.sql",
    ]
    assert files(duckdb_project) == ["V1__x.sql", "V2__x.sql", "V3__x.sql"]
    ran = duckdb_project.main("squash", "--target", "3", "--without-rows", "--dry-run")
    assert "INSERT" not in ran.out
    assert "2 rows of main.birds, left out\n" in ran.out
    assert "removes 1 file: V1__x.sql\n" in duckdb_project.main("squash", "--target", "1", "--dry-run").out
    (file,) = duckdb_project.main("squash", "--target", "3", "--json", "--yes").json["migrations"]
    (scanned,) = duckdb_project.call("dt-scan").json["migrations"]
    assert file == scanned
