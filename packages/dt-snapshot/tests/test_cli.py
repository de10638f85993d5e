import json
import re
from pathlib import Path

import duckdb
import pytest

from dt_contract import __version__
from dt_contract.flags import json_schema
from support.project import Project


@pytest.fixture
def birds(project: Project) -> Project:
    """A project whose lake has the snapshots 0 to 2."""
    project.sql("CREATE TABLE birds (id INTEGER)")
    project.sql("ALTER TABLE birds ADD COLUMN name VARCHAR")
    return project


def columns(project: Project, *argv: str) -> list[str]:
    ran = project.call("dt-snapshot", *argv)
    assert (ran.code, ran.err) == (0, "")
    return [column["name"] for table in ran.json["tables"] for column in table["columns"]]


def listing(folder: Path) -> dict[str, int]:
    return {str(file): file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()}


def test_now(birds: Project) -> None:
    assert columns(birds) == ["id", "name"]


@pytest.mark.parametrize(
    ("snapshot", "expected"),
    [pytest.param("0", [], id="0"), pytest.param("1", ["id"], id="1"), pytest.param("2", ["id", "name"], id="2")],
)
def test_at(snapshot: str, expected: list[str], birds: Project) -> None:
    assert columns(birds, "--at", snapshot) == expected


def test_at_time(birds: Project) -> None:
    time = birds.call("dt-snapshot", "--at", "1").json["lake"]["snapshot_time"]
    assert columns(birds, "--at-time", time) == ["id"]
    assert columns(birds, "--at-time", "2999-01-01") == ["id", "name"]


def test_an_expired_snapshot(birds: Project) -> None:
    birds.sql("SELECT count(*) FROM ducklake_expire_snapshots('lake', versions => [0, 1])")
    ran = birds.call("dt-snapshot", "--at", "1")
    assert ran == (2, "", "dt-snapshot: snapshot 1 was expired (available: 2 to 2)\n")


@pytest.mark.parametrize(
    ("argv", "err"),
    [
        pytest.param(["--at", "9"], "snapshot 9 is not in this lake (available: 0 to 2)\n", id="no such snapshot"),
        pytest.param(
            ["--at", "x"], "argument --at: not a snapshot: 'x'\nhint: dt-snapshot --help\n", id="not a snapshot"
        ),
        pytest.param(
            ["--at-time", "noon"], "not a time: 'noon'\nhint: write it as 2026-11-22T09:45:00Z\n", id="not a time"
        ),
        pytest.param(["--at-time", ""], "not a time: ''\nhint: write it as 2026-11-22T09:45:00Z\n", id="empty time"),
        pytest.param(
            ["--at", "1", "--at-time", "2999-01-01"],
            "argument --at-time: not allowed with argument --at\nhint: dt-snapshot --help\n",
            id="both",
        ),
    ],
)
def test_errors(argv: list[str], err: str, birds: Project) -> None:
    assert birds.call("dt-snapshot", *argv) == (2, "", f"dt-snapshot: {err}")


def test_without_a_lake(project: Project) -> None:
    before = listing(project.folder)
    ran = project.call("dt-snapshot")
    assert (ran.code, ran.out) == (3, "")
    assert re.fullmatch(
        r"dt-snapshot: .*: this lake doesn't exist yet\n"
        r"hint: run `ducktracker migrate` to create it; if it should exist, see `dt-config`\n",
        ran.err,
    )
    assert listing(project.folder) == before


def test_reading_leaves_nothing_behind(birds: Project) -> None:
    before = listing(birds.folder)
    assert columns(birds, "--at", "1") == ["id"]
    assert listing(birds.folder) == before
    assert birds.sql("SELECT max(snapshot_id) FROM lake.snapshots()") == [(2,)]


def test_the_same_schema_is_the_same_bytes(birds: Project) -> None:
    assert birds.call("dt-snapshot").out == birds.call("dt-snapshot").out


def test_help_begins_with_examples(duckdb_project: Project) -> None:
    ran = duckdb_project.call("dt-snapshot", "--help")
    assert (ran.code, ran.out.splitlines()[:2]) == (
        0,
        ["examples:", "  dt-snapshot > baseline.json                    save the schema of the lake"],
    )


def test_version_names_the_engines(duckdb_project: Project) -> None:
    ran = duckdb_project.call("dt-snapshot", "--version")
    expected = rf"dt-snapshot {re.escape(__version__)} \(DuckDB {re.escape(duckdb.__version__)}, DuckLake \w+\)\n"
    assert re.fullmatch(expected, ran.out)


def test_print_schema(duckdb_project: Project) -> None:
    ran = duckdb_project.call("dt-snapshot", "--print-schema")
    assert (ran.code, ran.out) == (0, json_schema("schema"))
    assert json.loads(ran.out)
