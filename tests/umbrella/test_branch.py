"""Branches beside a project: made, worked on, compared, listed and dropped, on both backends."""

import hashlib
import stat
from pathlib import Path

import pytest

from support.project import Project

BIRDS = "CREATE TABLE birds (id BIGINT, name VARCHAR);\nINSERT INTO birds SELECT range, 'bird' FROM range(200);\n"
RENAMED = (
    "ALTER TABLE birds RENAME COLUMN name TO title;\nCREATE TABLE ponds (id BIGINT);\n"
    "INSERT INTO ponds SELECT range FROM range(500);\nDELETE FROM birds WHERE id < 50;\n"
)


def states(project: Project, *argv: str) -> dict[str, str]:
    return {item["script"]: item["state"] for item in project.main(*argv, "info", "--json").json["migrations"]}


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def lake(project: Project) -> Project:
    """V1 is applied, V2 is not."""
    project.migration("V1__birds.sql", BIRDS)
    assert project.main("migrate").code == 0
    project.migration("V2__renamed.sql", RENAMED)
    return project


def test_a_branch_is_worked_on_and_dropped(lake: Project) -> None:
    before = files(lake.folder)
    made = lake.main("branch", "create", "try")
    assert (made.code, made.err) == (0, "")
    assert made.out.startswith("created branch try of ")
    assert made.out.splitlines()[1].endswith("lake.ducklake.files/; next: ducktracker -b try migrate")
    told, *_ = lake.main("-b", "try", "migrate").out.splitlines()
    assert told.startswith("on branch try (of ")
    assert states(lake, "-b", "try") == {"V1__birds.sql": "applied", "V2__renamed.sql": "applied"}
    assert states(lake) == {"V1__birds.sql": "applied", "V2__renamed.sql": "pending"}
    assert lake.main("-b", "try", "drift").out.splitlines()[1:] == ["no differences"]
    assert lake.main("branch", "drop", "try") == (0, "dropped branch try\n", "")
    after = files(lake.folder)
    assert after.pop(".ducktracker/.gitignore")
    assert after == before


def test_a_diff_with_a_branch_knows_renames(lake: Project) -> None:
    lake.main("branch", "create", "try")
    lake.main("-b", "try", "migrate")
    lake.sql("ALTER TABLE birds ADD COLUMN weight DOUBLE")
    lake.sql("CREATE TABLE nests (id BIGINT)")
    found = lake.main("diff", "live", "branch:try")
    assert found.out.splitlines() == [
        "> column main.birds.name -> main.birds.title",
        "- column main.birds.weight DOUBLE   [DATA_LOSS]",
        "- table main.nests (id BIGINT)   [DATA_LOSS]",
        "+ table main.ponds (id BIGINT)",
        "4 changes: 1 added, 2 removed, 1 renamed",
    ]
    assert found.code == 1


def test_small_commands_go_to_a_branch(lake: Project) -> None:
    lake.main("branch", "create", "try")
    lake.main("-b", "try", "migrate")
    tables = [table["name"] for table in lake.call("dt-snapshot", "-b", "try").json["tables"]]
    assert tables == ["birds", "ponds"]
    assert [table["name"] for table in lake.call("dt-snapshot").json["tables"]] == ["birds"]


def test_the_list_says_how_far_the_lake_has_moved_on(lake: Project) -> None:
    assert lake.main("branch", "list").out.startswith("no branches in ")
    lake.main("branch", "create", "one")
    assert [item["behind"] for item in lake.main("branch", "list", "--json").json["branches"]] == [0]
    lake.sql("CREATE TABLE a (i INTEGER)")
    lake.sql("CREATE TABLE b (i INTEGER)")
    lake.main("branch", "create", "two")
    listed = lake.main("branch", "list")
    assert [line.split("  ")[0] for line in listed.out.splitlines()] == ["Branch", "one", "two"]
    assert "2 snapshots on" in listed.out.splitlines()[1]
    assert "unchanged" in listed.out.splitlines()[2]


@pytest.mark.parametrize("at", ["V1", "2"])
def test_a_branch_of_the_past(lake: Project, at: str) -> None:
    lake.main("migrate")
    made = lake.main("branch", "create", "then", "--at", at, "--json")
    assert made.code == 0
    assert states(lake, "-b", "then")["V2__renamed.sql"] == "pending"
    assert lake.main("-b", "then", "migrate").code == 0
    assert lake.main("diff", "live", "branch:then").out == "no differences\n"


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        pytest.param(["-b", "nix", "drift"], "there is no branch nix", id="no such branch"),
        pytest.param(["branch", "drop", "nix"], "there is no branch nix", id="nothing to drop"),
        pytest.param(["branch", "create", "a/b"], "not a name for a branch: 'a/b'", id="a path for a name"),
        pytest.param(["branch", "create", ".."], "not a name for a branch: '..'", id="dots"),
        pytest.param(["branch", "create", "x", "--at", "soon"], "not a version, lake snapshot or time", id="no point"),
        pytest.param(["branch", "create", "x", "--at", "99"], "snapshot 99 is not in this lake", id="no snapshot"),
        pytest.param(["branch", "create", "x", "--at", "V9"], "no version 9 in ", id="no version"),
        pytest.param(["branch", "create", "x", "--data-path", "/"], "which is not empty", id="around the data"),
        pytest.param(
            ["-b", "x", "--metadata", "y", "info"], "argument --metadata: not allowed with -b", id="two lakes"
        ),
        pytest.param(["diff", "branch:nix", "live"], "there is no branch nix", id="a diff with none"),
    ],
)
def test_bad_input_is_one_line_and_makes_nothing(lake: Project, argv: list[str], message: str) -> None:
    ran = lake.main(*argv)
    assert ran.code in (2, 3)
    assert [line for line in ran.out.splitlines() if not line.startswith("on branch nix (of ")] == []
    assert message in ran.err.splitlines()[0]
    assert not (lake.folder / ".ducktracker" / "branches" / "x").exists()


def test_a_name_that_is_taken(lake: Project) -> None:
    lake.main("branch", "create", "try")
    ran = lake.main("branch", "create", "try")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "ducktracker: there is a branch try already")


def test_the_variable_points_at_a_branch(lake: Project) -> None:
    lake.main("branch", "create", "try")
    lake.environment["DUCKTRACKER_BRANCH"] = "try"  # type: ignore[index]
    assert lake.main("info").out.startswith("on branch try (of ")


def test_files_of_the_branch_elsewhere_go_with_it_and_nothing_else(lake: Project, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    lake.main("branch", "create", "try", "--data-path", str(elsewhere))
    lake.main("-b", "try", "migrate")
    (elsewhere / "main" / "mine.txt").write_text("mine")
    assert lake.main("branch", "drop", "try").code == 0
    assert [path.name for path in elsewhere.rglob("*") if path.is_file()] == ["mine.txt"]


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param("elsewhere", id="the same"),
        pytest.param("elsewhere/main/inner", id="inside"),
        pytest.param(".", id="around"),
        pytest.param("link/inner", id="inside, by a link"),
        pytest.param("project/.ducktracker/branches/third", id="where a branch will be"),
    ],
)
def test_a_data_path_that_is_not_apart_from_another_branch(lake: Project, tmp_path: Path, inside: str) -> None:
    """The other one would take the files for orphans of its own. It has made none yet."""
    places = tmp_path / "places"
    places.mkdir()
    (places / "link").symlink_to(places / "elsewhere")
    (places / "project").symlink_to(lake.folder)
    assert lake.main("branch", "create", "try", "--data-path", str(places / "elsewhere")).code == 0
    ran = lake.main("branch", "create", "other", "--data-path", f"{places}/{inside}")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("ducktracker: the new files would go to ")
    message, hint = ran.err.splitlines()
    assert ", which is not " in message
    assert hint == "hint: give the branch another data path: --data-path DIR"
    assert [item["name"] for item in lake.main("branch", "list", "--json").json["branches"]] == ["try"]
    assert lake.main("branch", "create", "other", "--data-path", str(tmp_path / "apart")).code == 0


def test_a_data_path_inside_that_of_a_branch_in_the_catalog(postgres_project: Project) -> None:
    project = postgres_project
    project.migration("V1__birds.sql", BIRDS)
    assert project.main("migrate").code == 0
    elsewhere = project.folder / "elsewhere"
    made = ["branch", "create", "--data-path"]
    assert project.main(*made, str(elsewhere), "try", "--in-catalog").code == 0
    for more in ([], ["--in-catalog"]):
        ran = project.main(*made, str(elsewhere / "inner"), "other", *more)
        assert ran.code == 2
        assert f"is not apart from another branch in {elsewhere}/" in ran.err
    assert project.main("branch", "create", "other", "--in-catalog").code == 0
    assert project.main("branch", "drop", "other").code == 0


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["text", "JSON"])
def test_a_branch_of_an_encrypted_lake_says_once_that_it_has_the_keys(project: Project, more: list[str]) -> None:
    project.sql("SELECT 1")
    project.in_catalog("UPDATE ducklake_metadata SET value = 'true' WHERE key = 'encrypted'")
    project.migration("V1__birds.sql", BIRDS)
    assert project.main("migrate").code == 0
    made = project.main("branch", "create", "try", *more)
    file = project.folder / ".ducktracker" / "branches" / "try" / "lake.ducklake"
    said = f"ducktracker: {file} holds the keys of the lake's encrypted files; only you may read it\n"
    assert (made.code, made.err) == (0, said)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert project.main("-b", "try", "info").err == project.main("branch", "list").err == ""


def test_a_branch_in_the_catalog_of_the_lake(postgres_project: Project) -> None:
    project = postgres_project
    project.migration("V1__birds.sql", BIRDS)
    assert project.main("migrate").code == 0
    project.migration("V2__renamed.sql", RENAMED)
    before = files(project.folder)
    made = project.main("branch", "create", "try", "--in-catalog", "--json")
    assert (made.code, made.err) == (0, "")
    assert made.json["data_path"].endswith("data.ducktracker_branch_try/")
    assert project.main("branch", "create", "try", "--in-catalog").code == 2
    assert project.main("-b", "try", "migrate").out.splitlines()[-1] == "1 migration applied"
    assert states(project, "-b", "try") == {"V1__birds.sql": "applied", "V2__renamed.sql": "applied"}
    assert states(project) == {"V1__birds.sql": "applied", "V2__renamed.sql": "pending"}
    assert project.main("diff", "live", "branch:try").out.splitlines()[0].startswith("> column main.birds.name")
    ((listed),) = project.main("branch", "list", "--json").json["branches"]
    assert (listed["name"], listed["kept"], listed["behind"]) == ("try", "catalog", 0)
    then = project.main("branch", "create", "then", "--in-catalog", "--at", "V1", "--json")
    assert then.json["snapshot"] < made.json["snapshot"] + 1
    for name in ("try", "then"):
        assert project.main("branch", "drop", name) == (0, f"dropped branch {name}\n", "")
    assert project.main("branch", "list").out.startswith("no branches")
    assert files(project.folder) == before
    assert project.main("-b", "try", "migrate").err.splitlines()[0].endswith("there is no branch try")


def test_only_postgresql_holds_branches_in_the_catalog(duckdb_project: Project) -> None:
    duckdb_project.migration("V1__birds.sql", BIRDS)
    duckdb_project.main("migrate")
    ran = duckdb_project.main("branch", "create", "try", "--in-catalog")
    assert (ran.code, ran.out) == (2, "")
    assert "only a PostgreSQL catalog holds branches" in ran.err


def test_a_plan_on_a_branch_is_whole_and_binds_there_alone(lake: Project) -> None:
    lake.main("branch", "create", "try")
    assert lake.main("-b", "try", "plan", "--out", "branch.json", "--json").json["incomplete"] == 0
    assert lake.main("plan", "--out", "lake.json").code == 0
    for argv in (["migrate", "--plan", "branch.json"], ["-b", "try", "migrate", "--plan", "lake.json"]):
        ran = lake.main(*argv)
        assert ran.code == 2
        assert "this plan was made on " in ran.err
    assert lake.main("-b", "try", "migrate", "--plan", "branch.json").code == 0
    assert lake.main("migrate", "--plan", "lake.json").code == 0
