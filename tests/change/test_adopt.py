"""adopt: drift becomes a migration, applied where it was found, pending elsewhere."""

import json
import shutil
from pathlib import Path

import pytest

from dt_config.flags import Flags
from dt_config.resolve import resolve
from dt_contract.errors import LakeBusy
from dt_scan.folder import scan
from ducktracker.change.adopt import Adoption, Wish, adopt
from support.backends import catalogs
from support.hotfix import BEFORE, FILE, by_hand, files, fingerprint, is_clean, lake_snapshot
from support.postgres import Postgres
from support.project import Project, project_at

HOTFIX = (
    "ALTER TABLE users ADD COLUMN phone VARCHAR",
    "ALTER TABLE users RENAME COLUMN country TO region",
    "COMMENT ON COLUMN users.phone IS 'it''s with the country code'",
    "CREATE TABLE calls (called TIMESTAMP, user_id BIGINT, note STRUCT(text VARCHAR, tags VARCHAR[]))",
    "CREATE OR REPLACE VIEW emails AS SELECT id, email FROM users",
    "CREATE SCHEMA support",
    "CREATE TABLE support.tickets (i INTEGER DEFAULT 7)",
    "DROP TABLE old",
    "UPDATE users SET email = 'c@x' WHERE id = 1",
)


def test_a_hotfix_in_production(production: Project, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    server = catalogs(request, production.backend)
    development = project_at(tmp_path / "development", server)
    development.migrations(production.folder / "migrations")
    assert development.main("migrate").code == 0
    by_hand(production, HOTFIX)
    rows = production.sql("FROM users ORDER BY id")
    ran = production.main("adopt", "Phone numbers", "--yes")
    assert (ran.code, ran.err) == (0, ""), ran.err
    is_clean(production)
    assert production.sql("FROM users ORDER BY id") == rows
    development.migrations(production.folder / "migrations")
    done = development.main("migrate")
    assert done.code == 0, done.err
    is_clean(development)
    assert fingerprint(development) == fingerprint(production)
    # Renamed, not dropped and added.
    assert development.sql("SELECT id, region FROM users ORDER BY id") == [(1, "NL"), (2, "DE")]


def test_what_comes_after(drifted: Project) -> None:
    assert drifted.main("adopt", "phone numbers", "--yes").code == 0
    drifted.migration("V3__more.sql", "ALTER TABLE calls ADD COLUMN j INTEGER;")
    assert drifted.main("migrate").code == 0
    is_clean(drifted)
    by_hand(drifted, ["ALTER TABLE calls ADD COLUMN k INTEGER"])
    changes = drifted.main("drift", "--json").json["changes"]
    assert [change["name"] for change in changes] == ["main.calls.k"]
    assert drifted.main("adopt", "k", "--yes").code == 0
    is_clean(drifted)
    assert files(drifted) == ["V1__users.sql", FILE, "V3__more.sql", "V4__k.sql"]


def test_killed_before_it_was_recorded(drifted: Project) -> None:
    """The files are there, and the lake doesn't know of them."""
    lake = Path(drifted.source)
    before = lake.read_bytes()
    assert drifted.main("adopt", "phone numbers", "--yes").code == 0
    lake.write_bytes(before)
    ran = drifted.main("adopt", "again", "--yes")
    assert (ran.code, ran.err.splitlines()[1]) == (
        1,
        "hint: run `ducktracker migrate` first, or pass --timestamp; "
        "if adopt was killed here: ducktracker mark V2 --reason 'adopted'",
    )
    assert drifted.main("mark", "V2", "--reason", "adopted").code == 0
    is_clean(drifted)


def test_snapshots_may_be_expired(drifted: Project) -> None:
    assert drifted.main("adopt", "phone numbers", "--yes").code == 0
    drifted.expire()
    is_clean(drifted)


def test_the_header(drifted: Project) -> None:
    assert drifted.main("adopt", "phone numbers", "--yes").code == 0
    header = (drifted.folder / "migrations" / FILE).read_text().partition("\n\n")[0].splitlines()
    assert header[0] == "-- phone numbers"
    assert header[3] == "-- + table main.calls"
    assert header[4].startswith("--     snapshot 4, 20")
    assert header[4].endswith("Z, bob: incident 4711; out of band")
    assert header[5] == "-- + column main.users.phone"
    assert header[-1] == "-- Rows that were changed by hand are not drift, and are not in this file."


def test_the_record(drifted: Project) -> None:
    ran = drifted.main("adopt", "phone numbers", "--yes", "--json")
    (item,) = ran.json["migrations"]
    assert (item["script"], item["outcome"]) == (FILE, "applied")
    rows = drifted.call("dt-history").json["rows"]
    added = [(row["type"], row["script"]) for row in rows if row["lake_snapshot"] == item["lake_snapshot"]]
    assert added == [("accepted", "<< Adopted >>"), ("snapshot", "<< Snapshot >>"), ("versioned", FILE)]
    log = drifted.main("log", "--json").json["entries"][0]
    assert (log["kind"], log["note"]) == ("accepted", f"drift adopted as {FILE}")
    assert [change["name"] for change in log["changes"]] == ["main.calls", "main.users.phone"]


def test_a_new_table_with_options(production: Project) -> None:
    by_hand(production, ["CREATE TABLE calls (i INTEGER)"])
    production.sql("CALL lake.set_option('data_inlining_row_limit', 5, table_name => 'calls')")
    assert production.main("adopt", "calls", "--yes").code == 0
    assert files(production) == ["V1__users.sql", "V2__calls.sql", "V3__calls_2.sql"]
    is_clean(production)
    snapshots = {row["lake_snapshot"] for row in production.call("dt-history").json["rows"] if row["version"] in (2, 3)}
    assert len(snapshots) == 1


def test_refused_while_a_migration_is_pending(drifted: Project) -> None:
    drifted.migration("V2__planned.sql", "CREATE TABLE planned (i INTEGER);")
    ran = drifted.main("adopt", "phone numbers", "--yes")
    assert ran.code == 1
    assert ran.err.splitlines() == [
        "ducktracker: V2__planned.sql: is pending, and what is adopted would get a version above it",
        "hint: run `ducktracker migrate` first, or pass --timestamp",
    ]
    assert files(drifted) == ["V1__users.sql", "V2__planned.sql"]
    ran = drifted.main("adopt", "phone numbers", "--timestamp", "--yes")
    assert ran.code == 0, ran.err
    assert files(drifted)[1].startswith("V20")
    assert drifted.main("drift").code == 0
    assert drifted.with_environment(DUCKTRACKER_OUT_OF_ORDER="true").main("migrate").code == 0
    is_clean(drifted)


def test_a_dry_run_writes_nothing(drifted: Project) -> None:
    before = lake_snapshot(drifted)
    ran = drifted.main("adopt", "phone numbers", "--dry-run")
    assert ran.code == 0
    assert "| ALTER TABLE users ADD COLUMN phone VARCHAR;" in ran.out
    assert ran.out.endswith(f"nothing was written; it would be migrations/{FILE}\n")
    assert drifted.main("adopt", "phone numbers", "--dry-run", "--json").json["migrations"][0]["outcome"] == "skipped"
    assert (lake_snapshot(drifted), files(drifted)) == (before, ["V1__users.sql"])


def test_nobody_to_ask(drifted: Project) -> None:
    before = lake_snapshot(drifted)
    ran = drifted.main("adopt", "phone numbers")
    assert ran.code == 2
    assert ran.err.splitlines() == [
        "ducktracker: can't ask for confirmation: stdin is not a terminal; nothing was adopted",
        "hint: ducktracker adopt --yes",
    ]
    assert (lake_snapshot(drifted), files(drifted)) == (before, ["V1__users.sql"])


def test_without_drift(production: Project) -> None:
    ran = production.main("adopt", "nothing", "--yes")
    assert (ran.code, ran.out) == (0, "there is no drift to adopt; nothing was written\n")
    assert files(production) == ["V1__users.sql"]


def test_the_lake_changes_meanwhile(tmp_path: Path, postgres: Postgres) -> None:
    project = project_at(tmp_path / "project", postgres)
    project.migration("V1__users.sql", BEFORE)
    assert project.main("migrate").code == 0
    by_hand(project, ["CREATE TABLE calls (i INTEGER)"])
    config = resolve(Flags(config=str(project.folder / "ducktracker.toml")), environ={})

    def agree(found: Adoption) -> bool:
        by_hand(project, ["ALTER TABLE calls ADD COLUMN j INTEGER"])
        return bool(found.files)

    with pytest.raises(LakeBusy):
        adopt(config, Wish("calls"), agree)
    assert files(project) == ["V1__users.sql"]
    assert project.main("adopt", "calls", "--yes").code == 0
    is_clean(project)


HOSTILE = "*/ fixed\n-- ducktracker: allow DATA_LOSS\r\u2028\x1b[31m; DROP TABLE users; --"


def test_text_of_strangers(production: Project) -> None:
    odd = 'CREATE TABLE "x"" ; -- \n ducktracker: allow DATA_LOSS" (i INTEGER)'
    by_hand(production, [odd, "COMMENT ON TABLE users IS '--\r\n ducktracker: allow DATA_LOSS\n''; */'"], HOSTILE)
    ran = production.main("adopt", "ducktracker: allow DATA_LOSS", "--yes")
    assert (ran.code, ran.err) == (0, "")
    is_clean(production)
    (made,) = [item for item in scan(str(production.folder / "migrations")).migrations if item.version == 2]
    assert made.directives == ()
    header = (production.folder / "migrations" / made.script).read_text().partition("\n\n")[0]
    assert all(text.startswith("--") and text.isprintable() for text in header.split("\n"))
    assert "\x1b" not in ran.out


def test_a_folder_of_its_own(drifted: Project) -> None:
    """Without the files of the migrations that were applied, as after a baseline, only the lake is looked at."""
    shutil.rmtree(drifted.folder / "migrations")
    (drifted.folder / "migrations").mkdir()
    assert drifted.main("adopt", "phone numbers", "--yes").code == 0
    assert files(drifted) == [FILE]
    assert drifted.main("drift").code == 0
    assert json.loads(drifted.main("info", "--json").out)["current_version"] == 2


def test_not_null(project: Project) -> None:
    """DuckLake sets it only where there are rows, which a new lake has not."""
    project.migration("V1__users.sql", BEFORE)
    assert project.main("migrate").code == 0
    by_hand(project, ["ALTER TABLE users ADD COLUMN n INTEGER", "UPDATE users SET n = 1, email = 'x'"])
    by_hand(project, ["ALTER TABLE users ALTER email SET NOT NULL"])
    ran = project.main("adopt", "not null", "--only", "main.users.email", "--yes")
    assert (ran.code, ran.err.splitlines()) == (
        0,
        [
            "ducktracker: V2__not_null.sql can't be applied where one of these tables is empty, in which DuckLake "
            "doesn't set NOT NULL: main.users"
        ],
    )
    changes = project.main("drift", "--json").json["changes"]
    assert [change["name"] for change in changes] == ["main.users.n"]
