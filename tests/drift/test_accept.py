"""Drift that is accepted on purpose, and what migrate does about drift that is not."""

from pathlib import Path

import duckdb
import pytest

from support.lakes import attached
from support.postgres import Postgres
from support.project import Project, project_at

ADD = "ALTER TABLE users ADD COLUMN x INTEGER"


def policy(project: Project, value: str) -> Project:
    return project.with_environment(DUCKTRACKER_DRIFT_ON_MIGRATE=value)


def pending(project: Project) -> None:
    project.migration("V3__later.sql", "CREATE TABLE later (i INTEGER);")


def test_accepted(migrated: Project) -> None:
    migrated.sql(ADD)
    ran = migrated.main("drift", "--accept", "needed for the sale")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "+ column main.users.x INTEGER"
    assert ran.out.splitlines()[-1] == "accepted: the live schema is the expected one from now on"
    assert migrated.main("drift") == (0, "no differences\n", "")


def test_the_history_has_the_reason(migrated: Project) -> None:
    migrated.sql(ADD)
    migrated.main("drift", "--accept", "it's needed")
    query = "SELECT description, script, checksum, success FROM ducktracker_schema_history WHERE migration_type = 'A'"
    assert migrated.sql(query) == [("it's needed", "<< Accepted >>", "accepted", True)]


def test_accept_as_json_is_the_drift(migrated: Project) -> None:
    migrated.sql(ADD)
    drift = migrated.main("drift", "--json").json
    assert migrated.main("drift", "--accept", "why", "--json").json == drift


def test_options_are_accepted_too(migrated: Project) -> None:
    migrated.sql("CALL lake.set_option('parquet_compression', 'zstd')")
    assert migrated.main("drift", "--accept", "smaller").code == 0
    assert migrated.main("drift") == (0, "no differences\n", "")


def test_no_drift_to_accept(migrated: Project) -> None:
    rows = "SELECT count(*) FROM ducktracker_schema_history"
    before = migrated.sql(rows)
    ran = migrated.main("drift", "--accept", "why")
    assert ran == (0, "no differences\nthere is no drift to accept; nothing was written\n", "")
    assert migrated.sql(rows) == before


def test_no_baseline_to_accept_drift_from(project: Project) -> None:
    project.sql("CREATE TABLE t (i INTEGER)")
    assert project.main("drift", "--accept", "why").code == 2


def test_a_lake_that_must_not_be_written(migrated: Project) -> None:
    migrated.sql(ADD)
    ran = migrated.with_environment(DUCKTRACKER_READ_ONLY="true").main("drift", "--accept", "why")
    assert (ran.code, ran.out) == (2, "")


def test_migrate_warns(migrated: Project) -> None:
    migrated.sql(ADD)
    pending(migrated)
    ran = migrated.main("migrate", "--json")
    assert ran.code == 0
    assert ran.err.endswith("1 change: 1 added: column main.users.x; `ducktracker drift` shows it\n")
    assert ran.err.startswith("ducktracker: the lake drifted from what the migrations made, ")


def test_migrate_hands_on_the_drift_that_it_warned_of(migrated: Project) -> None:
    migrated.sql(ADD)
    drift = migrated.main("drift", "--json").json
    pending(migrated)
    assert migrated.main("migrate", "--json").json["drift"] == drift


def test_migrate_refuses(migrated: Project) -> None:
    migrated.sql(ADD)
    pending(migrated)
    refusing = policy(migrated, "refuse")
    ran = refusing.main("migrate")
    assert (ran.code, ran.out) == (1, "")
    assert 'refused because `behavior.drift_on_migrate = "refuse"`' in ran.err
    assert "hint: `ducktracker drift` shows it; adopt it, revert it, or accept it: ducktracker drift --acc" in ran.err
    assert refusing.main("drift", "--accept", "needed").code == 0
    assert refusing.main("migrate").code == 0


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({"DUCKTRACKER_DRIFT_ON_MIGRATE": "ignore"}, id="not looked at"),
        pytest.param({"DUCKTRACKER_DRIFT_ON_MIGRATE": "refuse", "DUCKTRACKER_IGNORE": "main.users"}, id="ignored"),
    ],
)
def test_migrate_says_nothing(migrated: Project, environment: dict[str, str]) -> None:
    migrated.sql(ADD)
    pending(migrated)
    ran = migrated.with_environment(**environment).main("migrate", "--json")
    assert (ran.code, ran.err) == (0, "")


def test_migrate_refuses_options_that_drifted(migrated: Project) -> None:
    migrated.sql("CALL lake.set_option('parquet_compression', 'zstd')")
    pending(migrated)
    assert policy(migrated, "refuse").main("migrate").code == 1


def test_ignored_changes_are_counted(migrated: Project) -> None:
    migrated.sql(ADD)
    ran = migrated.main("drift", "--ignore", "table:main.users", "--ignore", "nothing.*")
    assert ran == (0, "no differences (1 ignored)\n", "ducktracker: the ignore rule 'nothing.*' matches nothing\n")


def test_accepting_excludes_a_migration_that_is_under_way(postgres: Postgres, tmp_path: Path) -> None:
    """It has read the history without the acceptance, and its row would bear the same rank."""
    project = project_at(tmp_path / "project", postgres)
    project.migration("V1__users.sql", "CREATE TABLE users (id INTEGER);")
    assert project.main("migrate").code == 0
    project.sql(ADD)
    with attached(project.source, project.data_path) as lake:
        lake.execute("BEGIN; COMMENT ON TABLE ducktracker_schema_history IS 'as every migration does'")
        assert project.main("drift", "--accept", "why").code == 0
        with pytest.raises(duckdb.TransactionException, match="conflict"):
            lake.execute("COMMIT")


DRIFTED = (
    "ALTER TABLE users ADD COLUMN x INTEGER",
    "ALTER TABLE users RENAME COLUMN name TO label",
    "ALTER TABLE orders ALTER id TYPE BIGINT",
    "DROP VIEW names",
    "CREATE TABLE more (i INTEGER)",
    "CALL lake.set_option('parquet_compression', 'zstd', table_name => 'users')",
)


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        pytest.param("main.users.x", ["main.more", "main.names", "main.orders.id", "main.users.label"], id="a column"),
        pytest.param("column:main.users.*", ["main.more", "main.names", "main.orders.id"], id="columns of a table"),
        pytest.param("main.orders", ["main.more", "main.names", "main.users.label", "main.users.x"], id="a table"),
        pytest.param("view:*", ["main.more", "main.orders.id", "main.users.label", "main.users.x"], id="a view"),
        pytest.param("main.more", ["main.names", "main.orders.id", "main.users.label", "main.users.x"], id="a new one"),
        pytest.param("main.*", [], id="all"),
    ],
)
def test_a_part_is_accepted(migrated: Project, pattern: str, left: list[str]) -> None:
    for statement in DRIFTED:
        migrated.sql(statement)
    ran = migrated.main("drift", "--accept", "that is meant", "--only", pattern)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-1] == "accepted: this is expected from now on"
    assert drifted(migrated) == left
    pending(migrated)
    assert migrated.main("migrate", "--json").code == 0
    assert drifted(migrated) == left


def drifted(project: Project) -> list[str]:
    changes = project.main("drift", "--json").json["changes"]
    return [change["name"] for change in changes if change["object"] != "option"]


def test_an_option_is_accepted_alone(migrated: Project) -> None:
    for statement in DRIFTED:
        migrated.sql(statement)
    assert migrated.main("drift", "--accept", "smaller", "--only", "option:*").code == 0
    changes = migrated.main("drift", "--json").json["changes"]
    assert [change["object"] for change in changes] == ["table", "view", "column", "column", "column"]


def test_a_part_that_is_not_there(migrated: Project) -> None:
    migrated.sql(ADD)
    ran = migrated.main("drift", "--accept", "why", "--only", "nothing.*")
    assert (ran.code, ran.out) == (2, "")
    assert "no change matches --only nothing.*" in ran.err
    assert drifted(migrated) == ["main.users.x"]


def test_what_drifted_since_the_last_migration(migrated: Project) -> None:
    migrated.sql(ADD)
    pending(migrated)
    assert migrated.main("migrate", "--json").code == 0
    migrated.sql("DROP TABLE later")
    assert drifted(migrated) == ["main.later", "main.users.x"]
    changes = migrated.main("drift", "--since-migration", "--json").json["changes"]
    assert [change["name"] for change in changes] == ["main.later"]
