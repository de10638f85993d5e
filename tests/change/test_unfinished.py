"""While a revert or an undo that was interrupted is unfinished, nothing else is applied, and people are told."""

from pathlib import Path

import pytest

from change.test_revert_killed import V1, V2, killed
from support.project import Project, copy_of, project_at

REFUSED = {
    "migrate": ("migrate",),
    "migrate --dry-run": ("migrate", "--dry-run"),
    "plan": ("plan",),
    "mark": ("mark", "3", "--reason", "why"),
    "adopt": ("adopt", "hotfix", "--timestamp"),
    "drift --accept": ("drift", "--accept", "why"),
}
TOLD = "the revert of main.t was interrupted, and a transaction is left of it"
HINT = "run `ducktracker revert` again, which finishes it; or give up the rest with `ducktracker repair`"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = project_at(tmp_path_factory.mktemp("unfinished") / "project")
    project.migration("V1__t.sql", V1)
    project.migration("V2__option.sql", V2)
    assert project.main("migrate", "--quiet").code == 0
    return project


@pytest.fixture(scope="module")
def interrupted(template: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose revert was interrupted, with a migration that is pending."""
    project = copy_of(template, tmp_path_factory.mktemp("interrupted") / "project")
    project.sql("DROP TABLE t")
    killed(project, "revert", "--yes", after=1)
    project.migration("V3__u.sql", "CREATE TABLE u (i INTEGER);")
    return project


@pytest.mark.parametrize("argv", REFUSED.values(), ids=REFUSED)
def test_nothing_is_applied(interrupted: Project, argv: tuple[str, ...]) -> None:
    before = interrupted.sql("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')")
    ran = interrupted.main(*argv)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [f"ducktracker: {TOLD}", f"hint: {HINT}"]
    assert interrupted.sql("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')") == before


def test_info_and_validate_tell(interrupted: Project) -> None:
    assert interrupted.main("info").err == f"ducktracker: {TOLD}\n"
    found = interrupted.main("validate", "--json")
    assert found.code == 1
    assert found.json["problems"] == [
        {"code": "unfinished", "script": None, "line": None, "message": TOLD, "hint": HINT}
    ]


def test_once_it_is_finished(interrupted: Project, tmp_path: Path) -> None:
    project = copy_of(interrupted, tmp_path / "project")
    assert project.main("revert", "--yes").code == 0
    assert project.main("migrate", "--quiet").code == 0
    assert project.main("info").err == ""
    assert project.main("validate").code == 0


def test_what_can_not_be_finished_is_given_up(interrupted: Project, tmp_path: Path) -> None:
    project = copy_of(interrupted, tmp_path / "project")
    project.sql("DROP TABLE t")
    ran = project.main("revert", "--yes")
    assert ran.code == 4
    assert ran.err.splitlines()[-1] == "hint: nothing was done; `ducktracker repair` gives up what is left of it"
    ran = project.main("repair", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == f"{TOLD}; the rest will be given up"
    assert project.main("migrate", "--quiet").code == 0
    assert project.main("repair", "--yes").out == "nothing to repair\n"


def test_the_same_goes_for_an_undo(template: Project, tmp_path: Path) -> None:
    project = copy_of(template, tmp_path / "project")
    project.migration("V3__drop.sql", "DROP TABLE t;")
    assert project.main("migrate", "--quiet").code == 0
    killed(project, "undo", "--yes", after=1)
    ran = project.main("migrate")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "ducktracker: the undo of V3__drop.sql was interrupted, and a transaction is left of it",
        f"hint: {HINT.replace('revert', 'undo')}",
    ]
