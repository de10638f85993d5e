"""Copies of the schema in the history: whole ones, and those that hold what was touched since."""

from collections.abc import Iterator
from contextlib import suppress

import duckdb
import msgspec
import pytest

from dt_contract.schema import Lake as LakeIdentity
from dt_contract.schema import SchemaDocument
from dt_history.commit import last_committed_snapshot
from dt_history.read import read_history
from dt_history.table import NewRow, append, make_table
from dt_lake.transaction import transaction
from dt_snapshot.options import Options, read_options, with_options
from dt_snapshot.reader import read_schema
from ducktracker.drift import schema_copies as copies
from ducktracker.drift.checkpoint import keep_copy
from ducktracker.drift.schema_copies import read_copy, schema_of
from support.ddl import Dice, Walk
from support.project import Project

SIZES = "SELECT octet_length(snapshot_data) FROM ducktracker_schema_history WHERE migration_type = 'S' ORDER BY 1"


def test_a_copy_gives_the_schema(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    # Of a small lake most copies would be whole.
    monkeypatch.setattr(copies, "_PART", 0.5)
    expected = dict(migrated(walk))
    history = read_history(walk.lake)
    found = {snapshot: read_copy(walk.lake, history, snapshot) for snapshot in expected}
    for snapshot, schema in expected.items():
        copy = found[snapshot]
        assert copy is not None
        assert schema_of(walk.lake, copy) == schema, snapshot
    assert {copy.header.rank is None for copy in found.values() if copy} == {True, False}


def migrated(walk: Walk) -> Iterator[tuple[int, SchemaDocument]]:
    """Execute random statements as migrations, and return the schema after each, by its lake snapshot."""
    lake, dice = walk.lake, Dice(walk.random, walk.lake.catalog)
    make_table(lake)
    schema, rank = read_schema(lake), 0
    while rank < walk.number:
        statement = dice.statement(schema)
        rank = max((row.installed_rank for row in read_history(lake).rows), default=0) + 1
        with suppress(duckdb.BinderException, duckdb.CatalogException, duckdb.NotImplementedException):
            with transaction(lake.connection):
                lake.connection.execute(statement)
                append(lake, rank, [NewRow("versioned", rank, "", f"V{rank}__x.sql", "sum")])
            snapshot = last_committed_snapshot(lake)
            keep_copy(lake, snapshot)
            schema = read_schema(lake)
            yield snapshot, bare(read_schema(lake, snapshot), read_options(lake))


def bare(schema: SchemaDocument, options: Options) -> SchemaDocument:
    """As a copy has it: without the moment, and with the options, which are known live."""
    identity = LakeIdentity(id=schema.lake.id)
    return with_options(msgspec.structs.replace(schema, lake=identity, fingerprint=""), options)


def test_one_more_migration_is_a_small_copy(project: Project) -> None:
    project.migration("V1__many.sql", "".join(f"CREATE TABLE t{i} (a INTEGER, b VARCHAR);\n" for i in range(200)))
    assert project.main("migrate").code == 0
    project.migration("V2__one.sql", "CREATE TABLE one (a INTEGER); ALTER TABLE t1 ADD COLUMN c DATE; DROP TABLE t2;")
    assert project.main("migrate").code == 0
    ((small,), (whole,)) = project.sql(SIZES)
    assert small < 1000 < whole
    project.sql("DROP TABLE one; ALTER TABLE t1 RENAME COLUMN c TO d")
    project.expire()
    lines = project.main("drift").out.splitlines()
    assert lines[-1] == "2 changes: 1 removed, 1 renamed"
    assert lines[0].startswith("- table main.one (a INTEGER)")
    assert "> column main.t1.c -> main.t1.d" in lines


def test_after_expiry_the_next_copy_is_whole(project: Project) -> None:
    """What was dropped since an expired snapshot is known no more."""
    project.migration("V1__many.sql", "".join(f"CREATE TABLE t{i} (a INTEGER);\n" for i in range(200)))
    assert project.main("migrate").code == 0
    project.sql("DROP TABLE t7")
    project.expire()
    project.migration("V2__one.sql", "CREATE TABLE one (a INTEGER);")
    assert project.main("migrate").code == 0
    assert all(size > 1000 for (size,) in project.sql(SIZES))
    project.sql("DROP TABLE one")
    project.expire()
    assert project.main("drift").out.splitlines()[-1] == "2 changes: 2 removed"


def test_a_whole_copy_that_was_written_anew_is_not_gone_on_from(project: Project) -> None:
    project.migration("V1__many.sql", "".join(f"CREATE TABLE t{i} (a INTEGER);\n" for i in range(200)))
    assert project.main("migrate").code == 0
    project.migration("V2__one.sql", "CREATE TABLE one (a INTEGER);")
    assert project.main("migrate").code == 0
    project.sql(
        "UPDATE ducktracker_schema_history SET snapshot_data = NULL WHERE installed_rank ="
        " (SELECT min(installed_rank) FROM ducktracker_schema_history WHERE migration_type = 'S')"
    )
    assert project.main("drift").code == 0
    project.sql("DROP TABLE one")
    project.expire()
    ran = project.main("drift")
    assert ran.code == 2
    assert "the history holds no copy of its schema" in ran.err


def test_an_expiry_after_every_run_changes_nothing_but_who_is_to_blame(duckdb_project: Project) -> None:
    project = duckdb_project
    project.migration("V1__t.sql", "CREATE TABLE t (a INTEGER, b INTEGER); CREATE TABLE u (a INTEGER);")
    assert project.main("migrate").code == 0
    project.sql("ALTER TABLE t DROP COLUMN b; DROP TABLE u")
    project.expire()
    for version, column in ((2, "c"), (3, "d")):
        project.migration(f"V{version}__add.sql", f"ALTER TABLE t ADD COLUMN {column} INTEGER;")
        assert project.main("migrate").code == 0
        project.expire()
        changes = project.main("drift", "--json").json["changes"]
        assert [(change["change"], change["name"]) for change in changes] == [
            ("removed", "main.t.b"),
            ("removed", "main.u"),
        ]


NAMED = """
CREATE TABLE t (i INTEGER, lake STRUCT(i INTEGER));
CREATE MACRO one(x) AS x + (SELECT max(t.i) FROM lake.main.t);
CREATE MACRO all_of_it() AS TABLE SELECT lake.t.i, lake.i AS j FROM lake.main.t;
CREATE VIEW v AS SELECT t.i FROM lake.main.t;
CREATE VIEW w AS SELECT lake.i FROM t;
"""


def test_a_copy_is_the_same_under_another_catalog_name(project: Project) -> None:
    """DuckLake stores a macro's SQL with the catalog's name as of its maker."""
    project.migration("V1__named.sql", NAMED)
    assert project.main("migrate").code == 0
    project.expire()
    pond = project.with_environment(DUCKTRACKER_CATALOG_NAME="pond")
    for attached in (project, pond):
        ran = attached.main("drift")
        assert (ran.code, ran.err) == (0, ""), ran.out


def test_what_bears_the_name_of_the_catalog_is_compared(project: Project) -> None:
    project.migration("V1__named.sql", NAMED)
    assert project.main("migrate").code == 0
    project.sql("CREATE OR REPLACE VIEW w AS SELECT i FROM t")
    project.sql("CREATE OR REPLACE MACRO all_of_it() AS TABLE SELECT t.i, i AS j FROM main.t")
    assert project.main("drift").out.splitlines()[-1] == "2 changes: 2 modified"
