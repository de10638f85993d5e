"""Lakes that ducktracker 0.1.0 made go on from where they are."""

from pathlib import Path

import pytest

from support.project import Project
from support.v0_1_0 import old_project, origins

SCRIPTS = (
    "V1__birds.sql",
    "V2__ponds.sql",
    "V3__rings.sql",
    "V4__names.sql",
    "R__bird_counts.sql",
    "R__hectares.sql",
)


@pytest.fixture(params=origins())
def history(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    """V1 to V4 and two repeatables; V2 has CRLF line ends, V3 failed once."""
    return old_project(request.param, "history", tmp_path)


@pytest.fixture(params=origins())
def baseline(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    """A lake baselined at version 3, with a relative data path."""
    return old_project(request.param, "baseline", tmp_path)


def states(project: Project) -> dict[str, str]:
    """Return the state of every migration file."""
    migrations = project.main("info", "--json").json["migrations"]
    return {migration["script"]: migration["state"] for migration in migrations if migration["type"] != "baseline"}


def snapshots(project: Project) -> list[tuple[int]]:
    return project.sql("SELECT count(*) FROM lake.snapshots()")


def test_info_knows_what_was_applied(history: Project) -> None:
    assert states(history) == dict.fromkeys(SCRIPTS, "applied")
    assert history.main("info", "--json").json["current_version"] == 4


def test_validate_finds_no_mismatch(history: Project) -> None:
    validated = history.main("validate", "--json")
    assert (validated.code, validated.json["mismatches"]) == (0, [])


def test_drift_finds_nothing(history: Project) -> None:
    drift = history.main("drift", "--json")
    assert (drift.code, drift.json["changes"]) == (0, [])


def test_migrate_has_nothing_to_do(history: Project) -> None:
    before = snapshots(history)
    assert history.main("migrate", "--json").json["migrations"] == []
    assert snapshots(history) == before


def test_reading_leaves_no_snapshot(history: Project) -> None:
    before = snapshots(history)
    assert [history.main(command).code for command in ("info", "validate", "drift")] == [0, 0, 0]
    assert snapshots(history) == before


def test_migrate_goes_on(history: Project) -> None:
    history.migration("V5__weights.sql", "ALTER TABLE birds ADD COLUMN weight DOUBLE;\nCREATE TABLE two AS FROM birds;")
    migrated = history.main("migrate", "--json")
    assert migrated.code == 0, migrated.err
    assert [(m["script"], m["outcome"]) for m in migrated.json["migrations"]] == [("V5__weights.sql", "applied")]
    assert history.sql("SELECT count(name) FROM two") == [(200,)]
    assert states(history) == dict.fromkeys((*SCRIPTS, "V5__weights.sql"), "applied")
    assert [history.main(command).code for command in ("validate", "drift")] == [0, 0]


def test_a_changed_repeatable_is_applied_again(history: Project) -> None:
    history.migration("R__bird_counts.sql", "CREATE OR REPLACE VIEW bird_counts AS SELECT count(*) AS n FROM birds;")
    assert states(history)["R__bird_counts.sql"] == "outdated"
    assert history.main("migrate").code == 0
    assert states(history)["R__bird_counts.sql"] == "applied"


def test_a_changed_file_is_a_mismatch(history: Project) -> None:
    history.migration("V1__birds.sql", "CREATE TABLE birds (id BIGINT);")
    validated = history.main("validate", "--json")
    assert (validated.code, [m["script"] for m in validated.json["mismatches"]]) == (1, ["V1__birds.sql"])


def test_a_change_out_of_band_is_found(history: Project) -> None:
    history.sql("ALTER TABLE ponds ADD COLUMN depth DOUBLE")
    drift = history.main("drift", "--json")
    assert drift.code == 1
    assert [(c["change"], c["object"], c["name"]) for c in drift.json["changes"]] == [
        ("added", "column", "main.ponds.depth")
    ]


def test_a_baseline_stands(baseline: Project) -> None:
    baseline.migration("V4__toads.sql", "CREATE TABLE toads AS SELECT range AS id FROM range(100);")
    files = ("V1__ponds.sql", "V2__reeds.sql", "V3__frogs.sql")
    assert states(baseline) == dict.fromkeys(files, "baselined") | {"V4__toads.sql": "pending"}
    assert baseline.main("drift").code == 0
    migrated = baseline.main("migrate", "--json")
    assert migrated.code == 0, migrated.err
    assert [m["script"] for m in migrated.json["migrations"]] == ["V4__toads.sql"]
    assert baseline.sql("SELECT sum(id) FROM toads") == [(4950,)]
    assert baseline.main("drift").code == 0
