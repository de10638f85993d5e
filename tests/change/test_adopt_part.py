"""adopt takes a part of the drift: what --only names, and what no rule leaves out."""

import pytest

from support.hotfix import BEFORE, FILE, by_hand, files
from support.project import Project


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        pytest.param("main.calls", [], id="the new name, for what is in it too"),
        pytest.param("main.old", ["main.calls.j"], id="the former name"),
    ],
)
def test_a_rename_is_named_by_either_name(duckdb_project: Project, pattern: str, left: list[str]) -> None:
    duckdb_project.migration("V1__users.sql", BEFORE)
    assert duckdb_project.main("migrate").code == 0
    by_hand(duckdb_project, ["ALTER TABLE old RENAME TO calls"])
    by_hand(duckdb_project, ["ALTER TABLE calls ADD COLUMN j INTEGER"])
    ran = duckdb_project.main("adopt", "calls", "--only", pattern, "--yes")
    assert ran.code == 0, ran.err
    assert [change["name"] for change in duckdb_project.main("drift", "--json").json["changes"]] == left


@pytest.mark.parametrize("pattern", ["main.users.country", "main.users.region"])
@pytest.mark.parametrize("command", [["drift", "--accept", "fine"], ["revert", "--yes"]])
def test_a_renamed_column_is_named_by_either_name(duckdb_project: Project, command: list[str], pattern: str) -> None:
    duckdb_project.migration("V1__users.sql", BEFORE)
    assert duckdb_project.main("migrate").code == 0
    by_hand(duckdb_project, ["ALTER TABLE users RENAME COLUMN country TO region"])
    ran = duckdb_project.main(*command, "--only", pattern)
    assert ran.code == 0, ran.err
    assert duckdb_project.main("drift").code == 0


def test_a_view_of_a_column_that_is_left_out(drifted: Project) -> None:
    by_hand(drifted, ["CREATE VIEW phones AS SELECT phone FROM users"])
    ran = drifted.main("adopt", "phones", "--only", "main.phones", "--yes")
    assert (ran.code, ran.err.splitlines()[-1]) == (
        4,
        "hint: nothing was written; it may need a change that --only leaves out",
    )
    assert files(drifted) == ["V1__users.sql"]


def test_a_part(drifted: Project) -> None:
    assert drifted.main("adopt", "phone numbers", "--only", "main.users", "--yes").code == 0
    assert (
        (drifted.folder / "migrations" / FILE).read_text().endswith("\n\nALTER TABLE users ADD COLUMN phone VARCHAR;\n")
    )
    changes = drifted.main("drift", "--json").json["changes"]
    assert [change["name"] for change in changes] == ["main.calls"]
    ran = drifted.main("adopt", "x", "--only", "main.users", "--yes")
    assert (ran.code, ran.err.partition("\n")[0]) == (2, "ducktracker: no change matches --only main.users")


def test_what_is_ignored(drifted: Project) -> None:
    settings = drifted.folder / "ducktracker.toml"
    settings.write_text(f'{settings.read_text()}[drift]\nignore = ["main.calls"]\n')
    assert drifted.main("adopt", "phone numbers", "--yes").code == 0
    assert "calls" not in (drifted.folder / "migrations" / FILE).read_text()
    assert drifted.main("drift").out == "no differences (1 ignored)\n"
