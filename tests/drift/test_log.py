"""The timeline of the schema, as the lake remembers it."""

from typing import Any

import pytest

from support.project import Project


def entries(project: Project, *flags: str) -> list[dict[str, Any]]:
    return list(project.main("log", "--json", *flags).json["entries"])


def told(entry: dict[str, Any]) -> tuple[str, str, list[str]]:
    what = ", ".join(script.partition("__")[0] for script in entry["scripts"]) or entry["author"] or ""
    return entry["kind"], what, [f"{change['change']} {change['name']}" for change in entry["changes"]]


@pytest.fixture
def lived(migrated: Project) -> Project:
    """A lake that was changed by migrations and by others, who undid some of it."""
    migrated.sql("ALTER TABLE users ADD COLUMN x INTEGER")
    migrated.sql("ALTER TABLE users DROP COLUMN x")
    migrated.sql("INSERT INTO users VALUES (1, 'a')")
    commented = "CALL ducklake_set_commit_message('lake', 'ann', 'hot fix')"
    migrated.sql(f"BEGIN; {commented}; ALTER TABLE users RENAME TO people; CREATE TABLE t (i INTEGER); COMMIT")
    assert migrated.main("drift", "--accept", "on purpose").code == 0
    migrated.migration("V3__data.sql", "INSERT INTO people VALUES (2, 'b');")
    migrated.migration("V4__drop.sql", "DROP TABLE t;")
    assert migrated.main("migrate", "--transaction", "each").code == 0
    return migrated


def test_everything_newest_first(lived: Project) -> None:
    assert [told(entry) for entry in entries(lived)] == [
        ("migration", "V4", ["removed main.t"]),
        ("migration", "V3", []),
        ("accepted", "<< Accepted >>", ["renamed main.people", "added main.t"]),
        ("out-of-band", "ann", ["renamed main.people", "added main.t"]),
        ("out-of-band", "", ["removed main.users.x"]),
        ("out-of-band", "", ["added main.users.x"]),
        ("migration", "R", ["added main.names"]),
        ("migration", "V2", ["added main.orders"]),
        ("migration", "V1", ["added main.users"]),
        ("earlier", "", ["added main"]),
    ]


def test_out_of_band_is_listed_whatever_came_after(lived: Project) -> None:
    found = entries(lived, "--out-of-band")
    assert [told(entry)[2] for entry in found] == [
        ["renamed main.people", "added main.t"],
        ["removed main.users.x"],
        ["added main.users.x"],
    ]
    assert (found[0]["author"], found[0]["message"]) == ("ann", "hot fix")


def test_out_of_band_as_text(lived: Project) -> None:
    lines = lived.main("log", "--out-of-band").out.splitlines()
    assert [line for line in lines if line.startswith(" ")] == [
        "    > table main.users -> main.people",
        "    + table main.t (i INTEGER)",
        "    - column main.users.x INTEGER   [DATA_LOSS]",
        "    + column main.users.x INTEGER",
    ]
    assert lines[0].endswith(", ann: hot fix")
    assert lines[-1] == "3 snapshots out of band"


def test_one_table_under_all_its_names(lived: Project) -> None:
    told_of = [told(entry)[2] for entry in entries(lived, "--table", "main.people")]
    assert told_of == [told(entry)[2] for entry in entries(lived, "--table", "users")]
    assert told_of == [
        ["renamed main.people"],
        ["removed main.users.x"],
        ["added main.users.x"],
        ["added main.users"],
    ]


def test_a_table_that_never_was(lived: Project) -> None:
    ran = lived.main("log", "--table", "main.nobody")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(": the lake has never had a table main.nobody\n")


def test_the_newest_ones(lived: Project) -> None:
    assert entries(lived, "-n", "2") == entries(lived)[:2]


def test_as_text(lived: Project) -> None:
    text = lived.main("log").out
    assert "ACCEPTED: on purpose" in text
    assert "1 added, 1 renamed: table main.people, table main.t" in text


def test_what_was_there_before_ducktracker_is_not_out_of_band(project: Project) -> None:
    project.sql("CREATE TABLE t (i INTEGER)")
    assert project.main("baseline", "--version", "3").code == 0
    assert [told(entry)[:2] for entry in entries(project)] == [
        ("baseline", "<< Baseline V3 >>"),
        ("earlier", ""),
        ("earlier", ""),
    ]
    assert entries(project, "--out-of-band") == []
    assert project.main("log", "--out-of-band").out == "nothing out of band\n"


def test_a_history_in_a_schema_of_its_own_is_not_out_of_band(project: Project) -> None:
    elsewhere = project.with_environment(DUCKTRACKER_TARGET_SCHEMA="app")
    elsewhere.migration("V1__t.sql", "CREATE TABLE t (i INTEGER);")
    assert elsewhere.main("migrate").code == 0
    assert entries(elsewhere, "--out-of-band") == []
    assert elsewhere.main("drift").code == 0


def test_snapshots_that_were_expired(lived: Project) -> None:
    lived.expire()
    renamed = next(entry for entry in entries(lived) if entry["kind"] == "out-of-band")
    assert (renamed["time"], renamed["author"]) == (None, None)
    assert "unknown (expired)" in lived.main("log").out
