"""A history whose copies are of the former form: of the lake as it was, with nothing on what is expected of it."""

import json

import pytest

from dt_contract.history import HistoryDocument
from dt_contract.schema import SchemaDocument
from dt_history.table import NewRow
from dt_lake.lake import Lake
from ducktracker.drift import checkpoint
from ducktracker.drift.schema_copies import Expected, new_copy
from support.project import Project

OPTION = "CALL lake.set_option('parquet_compression', '{}', table_name => 't')"
NEWEST = "SELECT max_by(snapshot_data, installed_rank) FROM ducktracker_schema_history WHERE migration_type = 'S'"


def former(lake: Lake, history: HistoryDocument, snapshot: int, _: Expected, __: SchemaDocument) -> NewRow:
    """Return a copy as it was written then."""
    row = new_copy(lake, history, snapshot, Expected(), SchemaDocument())
    assert row.data
    form, header, body = row.data.split(b"\n", 2)
    fields = json.loads(header)
    del fields["expected"]
    data = form.replace(b"copy 2", b"copy 1") + b"\n" + json.dumps(fields, separators=(",", ":")).encode() + b"\n"
    return row._replace(data=data + body)


@pytest.fixture
def drifted(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A lake that drifted before its last copy, and more of it after that."""
    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "new_copy", former)
        project.migration("V1__tables.sql", "CREATE TABLE t (a INTEGER, b INTEGER); CREATE TABLE u (a INTEGER)")
        migrate(project)
        project.sql(f"ALTER TABLE t DROP COLUMN b; CREATE TABLE x (a INTEGER); {OPTION.format('zstd')}")
        project.migration("V2__c.sql", "ALTER TABLE t ADD COLUMN c INTEGER")
        migrate(project)
    assert form(project) == b"ducktracker copy 1"
    project.sql(f"ALTER TABLE u RENAME TO w; {OPTION.format('gzip')}")
    return project


def migrate(project: Project) -> None:
    ran = project.main("migrate")
    assert ran.code == 0, ran.err


def form(project: Project) -> bytes:
    ((data,),) = project.sql(NEWEST)
    return bytes(data).partition(b"\n")[0]


def told(project: Project) -> list[str]:
    """Return the lines of drift that name a change, sorted, and what it says was not compared."""
    *lines, last = project.main("drift").out.splitlines()
    heads = sorted(line.removesuffix("[DATA_LOSS]").rstrip() for line in lines if not line.startswith(" "))
    return [*heads, last.partition(" (")[2].removesuffix(")")]


BEFORE = ["+ table main.x (a INTEGER)", "- column main.t.b INTEGER"]
AFTER = ["> table main.u -> main.w", "~ option main.t.parquet_compression"]
OPTIONS = "options before lake snapshot 5 not compared"
DRIFT = "drift before lake snapshot 5 not compared"


def test_drift_from_before_is_found_in_the_past_of_the_lake(drifted: Project) -> None:
    """Of options nothing is known from before the copy."""
    expected = [*BEFORE, *AFTER, OPTIONS]
    assert told(drifted) == expected
    drifted.migration("V3__more.sql", "CREATE TABLE more (a INTEGER)")
    migrate(drifted)
    assert form(drifted) == b"ducktracker copy 2"
    assert told(drifted) == expected
    drifted.expire()
    assert told(drifted) == expected


def test_drift_from_before_is_unknown_once_its_past_was_expired(drifted: Project) -> None:
    drifted.expire()
    unknown = f"{DRIFT}; {OPTIONS}"
    assert told(drifted) == [*AFTER, unknown]
    drifted.migration("V3__d.sql", "ALTER TABLE t ADD COLUMN d INTEGER")
    migrate(drifted)
    assert form(drifted) == b"ducktracker copy 2"
    assert told(drifted) == [*AFTER, unknown]
    drifted.sql("ALTER TABLE t DROP COLUMN d")
    drifted.expire()
    assert told(drifted) == ["- column main.t.d INTEGER", *AFTER, unknown]
    not_compared = drifted.main("drift", "--json").json["not_compared"]
    assert not_compared == ["drift before lake snapshot 5", "options before lake snapshot 5"]


def test_an_acceptance_settles_it(drifted: Project) -> None:
    drifted.expire()
    assert drifted.main("drift", "--accept", "looked at it").code == 0
    assert drifted.main("drift") == (0, "no differences\n", "")


def test_no_drift_is_not_said_to_be_clean(drifted: Project) -> None:
    """As long as it isn't known what drifted before."""
    drifted.sql(f"ALTER TABLE w RENAME TO u; {OPTION.format('zstd')}")
    drifted.expire()
    assert drifted.main("drift") == (0, f"no differences ({DRIFT}; {OPTIONS})\n", "")
