import re

import pytest

from support.project import Project

ROW = "installed_rank, version, description, migration_type, script, checksum, execution_time_ms, success"


@pytest.fixture
def lake(project: Project) -> Project:
    project.sql("CREATE TABLE birds (id INT)")
    return project


def rows(project: Project) -> list[tuple[object, ...]]:
    return project.sql(f"SELECT {ROW} FROM ducktracker_schema_history WHERE migration_type <> 'S'")


@pytest.mark.parametrize(
    ("argv", "version", "description"),
    [
        pytest.param(["--version", "3"], 3, "baseline", id="reference"),
        pytest.param(["-v", "V03", "-d", "after initial setup"], 3, "after initial setup", id="short"),
        pytest.param(["-v", "0"], 0, "baseline", id="zero"),
        pytest.param(["-v", "20261122094500"], 20261122094500, "baseline", id="beyond 32 bits"),
    ],
)
def test_baseline(lake: Project, argv: list[str], version: int, description: str) -> None:
    said = f"baselined at version {version}; migrations up to V{version} count as applied\n"
    assert lake.main("baseline", *argv) == (0, said, "")
    assert rows(lake) == [(1, version, description, "V", f"<< Baseline V{version} >>", "baseline", 0, True)]
    assert lake.main("drift").code == 0
    assert lake.main("baseline", *argv) == (0, f"already {said}", "")
    assert len(rows(lake)) == 1


def test_baseline_as_json(lake: Project) -> None:
    ran = lake.main("baseline", "-v", "3", "--json")
    (item,) = ran.json["migrations"]
    assert (ran.code, item["script"], item["outcome"]) == (0, "<< Baseline V3 >>", "applied")


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(["baseline", "-v", "1"], id="a baseline"),
        pytest.param(["migrate"], id="a migration"),
    ],
)
def test_a_lake_with_a_history_is_refused(lake: Project, before: list[str]) -> None:
    lake.migration("V1__x.sql", "CREATE TABLE x (id INT);")
    assert lake.main(*before).code == 0
    kept = rows(lake)
    ran = lake.main("baseline", "-v", "3")
    assert (ran.code, ran.out) == (1, "")
    records = (
        r"ducktracker: lake\.main\.ducktracker_schema_history holds \d records? already; a baseline is for a lake "
    )
    assert re.match(records, ran.err), ran.err
    assert rows(lake) == kept


@pytest.mark.parametrize("is_cleared", [pytest.param(False, id="failed"), pytest.param(True, id="cleared")])
@pytest.mark.parametrize("count", [1, 2])
def test_failures_are_no_obstacle(lake: Project, count: int, *, is_cleared: bool) -> None:
    """They left nothing in the lake."""
    lake.migration("V1__birds.sql", "CREATE TABLE birds (id INT);")
    lake.migration("V4__ponds.sql", "CREATE TABLE ponds (id INT);")
    for _ in range(count):
        assert lake.main("migrate").code == 4
    if is_cleared:
        assert lake.main("repair", "--yes").code == 0
    version = 20261122094500 if count == 2 else 3
    assert lake.main("baseline", "-v", str(version)).code == 0
    assert lake.main("drift").code == 0
    assert lake.main("migrate").code == 0
    assert lake.main("baseline", "-v", "9").code == 1
    done = lake.sql("SELECT script FROM ducktracker_schema_history WHERE success AND migration_type = 'V' ORDER BY 1")
    assert done == (
        [("<< Baseline V20261122094500 >>",)] if count == 2 else [("<< Baseline V3 >>",), ("V4__ponds.sql",)]
    )


def test_a_failure_after_a_success_is_no_way_round(lake: Project) -> None:
    lake.migration("V1__x.sql", "CREATE TABLE x (id INT);")
    lake.migration("V2__y.sql", "SELECT missing;")
    assert lake.main("migrate").code == 4
    assert lake.main("baseline", "-v", "3").code == 1


def test_no_lake_is_made(project: Project) -> None:
    said = f"ducktracker: {project.folder}/lake.db: this lake doesn't exist yet\n"
    said += "hint: run `ducktracker migrate` to create it; if it should exist, see `dt-config`\n"
    assert project.main("baseline", "-v", "3") == (3, "", said)
    assert not (project.folder / "lake.db").exists()
