"""The commands in real pipelines, and held against the umbrella on the same lake."""

from pathlib import Path

import pytest

from support.project import Project

KINDS = {"added", "removed", "renamed", "modified"}


@pytest.fixture
def lake(project: Project) -> Project:
    """A project with two applied migrations, an applied repeatable and a pending migration."""
    project.migration("V1__birds.sql", "CREATE TABLE birds (id BIGINT, name VARCHAR);")
    project.migration("V2__ponds.sql", "CREATE TABLE ponds (id BIGINT, place STRUCT(x DOUBLE, y DOUBLE));")
    project.migration("R__names.sql", "CREATE OR REPLACE VIEW names AS SELECT name FROM birds;")
    assert project.main("migrate").code == 0
    project.migration("V3__weights.sql", "ALTER TABLE birds ADD COLUMN weight DOUBLE;")
    return project


def save(project: Project, name: str, *argv: str) -> Path:
    """Save the schema of the project's lake beside its configuration."""
    path = project.folder / name
    path.write_text(project.call("dt-snapshot", *argv).out, encoding="utf-8")
    return path


def newest(project: Project) -> int:
    return int(project.call("dt-snapshot").json["lake"]["snapshot"])


def test_status_in_a_pipe_is_info(lake: Project) -> None:
    piped = lake.pipe("dt-scan | dt-history status")
    info = lake.run("info", "--json")
    assert (piped.code, piped.err) == (0, "")
    assert piped.out == info.out
    assert info.json["counts"] == {"applied": 3, "pending": 1}


def test_status_before_the_first_migration_is_info(project: Project) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds (id BIGINT);")
    piped = project.pipe("dt-scan | dt-history status")
    assert piped.out == project.run("info", "--json").out
    assert piped.json["counts"] == {"pending": 1}


def test_status_with_a_failed_migration_is_info(lake: Project) -> None:
    lake.migration("V3__weights.sql", "ALTER TABLE missing ADD COLUMN weight DOUBLE;")
    assert lake.main("migrate").code == 4
    piped = lake.pipe("dt-scan | dt-history status")
    assert piped.out == lake.run("info", "--json").out
    assert piped.json["counts"] == {"applied": 3, "failed": 1}


def test_dt_diff_is_ducktracker_diff(lake: Project) -> None:
    save(lake, "a.json")
    lake.sql("ALTER TABLE birds RENAME COLUMN name TO species; DROP VIEW names; CREATE TABLE eggs (id BIGINT)")
    save(lake, "b.json")
    alone = lake.run("a.json", "b.json", command="dt-diff")
    umbrella = lake.run("diff", "a.json", "b.json", "--json")
    assert (alone.code, alone.out) == (umbrella.code, umbrella.out)
    assert alone.code == 1
    assert {change["change"] for change in alone.json["changes"]} <= KINDS


def test_dt_diff_of_the_same_is_ducktracker_diff(lake: Project) -> None:
    save(lake, "a.json")
    alone = lake.run("a.json", "a.json", command="dt-diff")
    umbrella = lake.run("diff", "a.json", "a.json", "--json")
    assert (alone.code, alone.out) == (umbrella.code, umbrella.out)
    assert (alone.code, alone.json["changes"]) == (0, [])


def test_a_saved_baseline_and_the_lake(lake: Project) -> None:
    save(lake, "baseline.json")
    assert lake.pipe("dt-snapshot | dt-diff baseline.json").code == 0
    lake.sql("ALTER TABLE ponds ADD COLUMN depth DOUBLE")
    changed = lake.pipe("dt-snapshot | dt-diff baseline.json")
    assert changed.code == 1
    assert [change["name"] for change in changed.json["changes"]] == ["main.ponds.depth"]


def test_a_past_snapshot_and_a_saved_one(lake: Project) -> None:
    before = newest(lake)
    save(lake, "before.json")
    lake.sql("ALTER TABLE ponds ADD COLUMN depth DOUBLE")
    save(lake, "after.json")
    assert lake.pipe(f"dt-snapshot --at {before} | dt-diff - before.json").code == 0
    changed = lake.pipe(f"dt-snapshot --at {before} | dt-diff - after.json")
    assert changed.code == 1
    assert [change["name"] for change in changed.json["changes"]] == ["main.ponds.depth"]


def test_two_live_ends_of_a_diff(lake: Project) -> None:
    before = newest(lake)
    lake.sql("DROP TABLE ponds")
    changed = lake.pipe(f"dt-snapshot --at {before} >before.json && dt-snapshot | dt-diff before.json")
    assert changed.code == 1
    assert [(change["change"], change["hazards"]) for change in changed.json["changes"]] == [("removed", ["DATA_LOSS"])]


@pytest.mark.parametrize("command", ["dt-snapshot", "dt-scan", "dt-history", "dt-config", "ducktracker info --json"])
def test_a_closed_pipe_ends_quietly(lake: Project, command: str) -> None:
    closed = lake.pipe(f"{command} | head -c 10", pipefail=False)
    assert (len(closed.out), closed.err) == (10, "")


def test_a_reader_that_is_gone_ends_quietly(lake: Project) -> None:
    """The document is larger than a pipe's buffer, so that its writer can't have finished."""
    columns = ", ".join(f"column_{number} BIGINT" for number in range(100))
    lake.sql("; ".join(f"CREATE TABLE wide_{number} ({columns})" for number in range(40)))
    closed = lake.pipe("dt-snapshot | head -c 10", pipefail=False)
    assert (len(closed.out), closed.err) == (10, "")
