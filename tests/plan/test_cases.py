"""What a plan says of every kind of change: statements in, differences and hazards out."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from dt_config.config import Config
from dt_config.flags import Flags
from dt_config.resolve import resolve
from dt_contract.schema import SchemaDocument
from dt_diff.compare import compare
from dt_lake.lake import open_lake
from dt_snapshot.reader import read_schema
from ducktracker.plan.plan import PlanOptions, plan
from support.lakes import attached
from support.project import Project, new_project

LAKE = """
CREATE TABLE birds (id INTEGER, name VARCHAR, place STRUCT(x INTEGER, deep STRUCT(a INTEGER, b INTEGER)), seen DATE);
INSERT INTO birds VALUES (1, 'owl', {'x': 1, 'deep': {'a': 1, 'b': 2}}, '2020-01-01');
COMMENT ON TABLE birds IS 'the birds';
ALTER TABLE birds SET PARTITIONED BY (name);
CREATE TABLE ponds (id INTEGER, depth DOUBLE);
ALTER TABLE ponds SET SORTED BY (id);
CREATE VIEW names AS SELECT id, name FROM birds;
CREATE VIEW already_broken AS SELECT id FROM ponds;
ALTER TABLE ponds RENAME COLUMN id TO pond;
CREATE MACRO twice(a) AS a * 2;
CREATE SCHEMA side;
CREATE TABLE side.eggs (id INTEGER);
"""
BIRDS = "(id INTEGER, name VARCHAR, place STRUCT(x INTEGER, deep STRUCT(a INTEGER, b INTEGER)), seen DATE)"

CASES = {
    "create a table": (
        "CREATE TABLE t (a INTEGER NOT NULL DEFAULT 5, b VARCHAR DEFAULT 'x', c TIMESTAMP DEFAULT now());\n"
        "CREATE TABLE u (d VARCHAR[]);",
        [
            "+ table main.t (a INTEGER NOT NULL DEFAULT 5, b VARCHAR DEFAULT 'x', c TIMESTAMP DEFAULT now())",
            "+ table main.u (d VARCHAR[])",
        ],
    ),
    "create a schema with a table": (
        "CREATE SCHEMA s; CREATE TABLE s.t (a INTEGER);",
        ["+ schema s", "+ table s.t (a INTEGER)"],
    ),
    "create a table from a query": ("CREATE TABLE t AS FROM side.eggs;", ["+ table main.t (id INTEGER)"]),
    "create a view": (
        "CREATE VIEW v (x, y) AS SELECT id, name FROM lake.birds;",
        ['+ view main.v SELECT id, "name" FROM birds'],
    ),
    "create a macro": ("CREATE MACRO half(a) AS a / 2;", ["+ macro main.half (a) AS (a / 2)"]),
    "create a table macro": ("CREATE MACRO one(a) AS TABLE SELECT a;", ["+ macro main.one (a) AS TABLE SELECT a"]),
    "add a column": (
        'ALTER TABLE ponds ADD COLUMN "a b" DECIMAL(10,2) DEFAULT 1.5;',
        ['+ column main.ponds."a b" DECIMAL(10,2) DEFAULT 1.5'],
    ),
    "add a field": (
        "ALTER TABLE birds ADD COLUMN place.deep.c INTEGER;",
        ["+ column main.birds.place.deep.c INTEGER"],
    ),
    "set and drop a default": (
        "ALTER TABLE ponds ALTER depth SET DEFAULT 3;",
        ["~ column main.ponds.depth", "    default: (none) -> 3"],
    ),
    "widen a type": (
        "ALTER TABLE side.eggs ALTER id TYPE BIGINT;",
        ["~ column side.eggs.id", "    type: INTEGER -> BIGINT"],
    ),
    "set not null": (
        "ALTER TABLE birds ALTER id SET NOT NULL;",
        ["~ column main.birds.id", "    nullable: true -> false"],
    ),
    "rename a table": ("ALTER TABLE ponds RENAME TO lakes;", ["> table main.ponds -> main.lakes"]),
    "rename a table and alter it in the next file": (
        {"V1__a.sql": "ALTER TABLE ponds RENAME TO lakes;", "V2__b.sql": "ALTER TABLE lakes ADD COLUMN a DATE;"},
        ["> table main.ponds -> main.lakes", "+ column main.lakes.a DATE"],
    ),
    "two tables change names": (
        "CREATE TABLE swap (a INTEGER); ALTER TABLE side.eggs RENAME TO eggs2;",
        ["+ table main.swap (a INTEGER)", "> table side.eggs -> side.eggs2"],
    ),
    "rename a column": (
        "ALTER TABLE ponds RENAME COLUMN depth TO deep;",
        ["> column main.ponds.depth -> main.ponds.deep"],
    ),
    "rename a field": (
        "ALTER TABLE birds RENAME place.deep.b TO c;",
        ["> column main.birds.place.deep.b -> main.birds.place.deep.c"],
    ),
    "rename a view": ("ALTER VIEW names RENAME TO named;", ["> view main.names -> main.named"]),
    "drop a table": (
        "\n\nDROP TABLE ponds;",
        [
            "- table main.ponds (pond INTEGER, depth DOUBLE)   [DATA_LOSS]",
            "! DATA_LOSS  main.ponds  V1__x.sql:3  0 rows",
        ],
    ),
    "drop a table under a view": (
        "DROP TABLE birds;",
        [
            f"- table main.birds {BIRDS}   [DATA_LOSS]",
            "! DATA_LOSS  main.birds  V1__x.sql:1  1 row",
            "! BROKEN_VIEW  main.names  V1__x.sql:1  Catalog Error: Table with name birds does not exist! Did you mean "
            '"ponds"?',
        ],
    ),
    "drop a schema": (
        "DROP SCHEMA side CASCADE;",
        [
            "- schema side",
            "- table side.eggs (id INTEGER)   [DATA_LOSS]",
            "! DATA_LOSS  side.eggs  V1__x.sql:1  0 rows",
        ],
    ),
    "drop a column": (
        "ALTER TABLE ponds DROP COLUMN depth;",
        [
            "- column main.ponds.depth DOUBLE   [DATA_LOSS]",
            "! DATA_LOSS  main.ponds.depth  V1__x.sql:1  0 values that are not NULL",
        ],
    ),
    "drop a column and add it again": (
        "ALTER TABLE ponds DROP COLUMN depth;\nALTER TABLE ponds ADD COLUMN depth DOUBLE;",
        [
            "- column main.ponds.depth DOUBLE   [DATA_LOSS]",
            "+ column main.ponds.depth DOUBLE",
            "! DATA_LOSS  main.ponds.depth  V1__x.sql:1  0 values that are not NULL",
        ],
    ),
    "drop a field": (
        "ALTER TABLE birds DROP COLUMN place.deep.b;",
        [
            "- column main.birds.place.deep.b INTEGER   [DATA_LOSS]",
            "! DATA_LOSS  main.birds.place.deep.b  V1__x.sql:1  1 value that is not NULL",
        ],
    ),
    "retype a struct with fields left out": (
        "ALTER TABLE birds ALTER place TYPE STRUCT(x INTEGER);",
        [
            "- column main.birds.place.deep STRUCT(a INTEGER, b INTEGER)   [DATA_LOSS]",
            "! DATA_LOSS  main.birds.place.deep  V1__x.sql:1  1 value that is not NULL",
        ],
    ),
    "drop a view": ("DROP VIEW names;", ['- view main.names SELECT id, "name" FROM birds']),
    "drop a macro": ("DROP MACRO twice;", ["- macro main.twice (a) AS (a * 2)"]),
    "create or replace a table": (
        "CREATE OR REPLACE TABLE ponds AS SELECT 1 AS pond;",
        [
            "- table main.ponds (pond INTEGER, depth DOUBLE)   [DATA_LOSS]",
            "+ table main.ponds (pond INTEGER)   [IDENTITY]",
            "! DATA_LOSS  main.ponds  V1__x.sql:1  0 rows",
            "! IDENTITY  main.ponds  V1__x.sql:1",
        ],
    ),
    "replace a view": (
        "CREATE OR REPLACE VIEW names AS SELECT id FROM birds;",
        ["~ view main.names", "    sql:", '      - SELECT id, "name" FROM birds', "      + SELECT id FROM birds"],
    ),
    "replace a macro": (
        "CREATE OR REPLACE MACRO twice(a) AS a + a;",
        ["~ macro main.twice", "    definition:", "      - (a) AS (a * 2)", "      + (a) AS (a + a)"],
    ),
    "partition": (
        "ALTER TABLE side.eggs SET PARTITIONED BY (bucket(4, id));",
        ["~ table side.eggs", "    partition_by: (none) -> bucket(4, id)"],
    ),
    "partition, in other spellings": (
        'ALTER TABLE birds SET PARTITIONED BY (BUCKET(4,id), "name", year("seen"));',
        ["~ table main.birds", "    partition_by: name -> bucket(4, id), name, year(seen)"],
    ),
    "sort, in other spellings": (
        'ALTER TABLE side.eggs SET SORTED BY (id DESC, lower(id::varchar), "id" nulls first);',
        [
            "~ table side.eggs",
            "    sorted_by: (none) -> id DESC NULLS LAST, lower(CAST(id AS VARCHAR)) ASC NULLS LAST, "
            "id ASC NULLS FIRST",
        ],
    ),
    "comments, in other spellings": (
        "COMMENT ON TABLE birds IS $$it's$$; COMMENT ON TABLE ponds IS e'a\\nb';",
        [
            *("~ table main.birds", "    comment: the birds -> it's"),
            *("~ table main.ponds", "    comment: (none) -> a\\nb"),
        ],
    ),
    "a default that looks like a number": (
        "CREATE TABLE t (a VARCHAR DEFAULT '12');",
        ["+ table main.t (a VARCHAR DEFAULT '12')"],
    ),
    "a table replaced by what DuckDB expands": (
        "CREATE OR REPLACE TABLE ponds AS PIVOT (SELECT 'k' AS k) ON k USING count(*);",
        [
            "- table main.ponds (pond INTEGER, depth DOUBLE)   [DATA_LOSS]",
            "+ table main.ponds (k BIGINT)   [IDENTITY]",
            "! DATA_LOSS  main.ponds  V1__x.sql:1  0 rows",
            "! IDENTITY  main.ponds  V1__x.sql:1",
        ],
    ),
    "a table replaced under EXPLAIN ANALYZE": (
        "EXPLAIN (ANALYZE, FORMAT json) CREATE OR REPLACE TABLE side.eggs AS SELECT 5 AS id;",
        [
            "- table side.eggs (id INTEGER)   [DATA_LOSS]",
            "+ table side.eggs (id INTEGER)   [IDENTITY]",
            "! DATA_LOSS  side.eggs  V1__x.sql:1  0 rows",
            "! IDENTITY  side.eggs  V1__x.sql:1",
        ],
    ),
    "unpartition": (
        "ALTER TABLE birds RESET PARTITIONED BY;",
        ["~ table main.birds", "    partition_by: name -> (none)"],
    ),
    "sort": (
        "ALTER TABLE side.eggs SET SORTED BY (id DESC NULLS FIRST);",
        ["~ table side.eggs", "    sorted_by: (none) -> id DESC NULLS FIRST"],
    ),
    "unsort": (
        "ALTER TABLE ponds RESET SORTED BY;",
        ["~ table main.ponds", "    sorted_by: pond ASC NULLS LAST -> (none)"],
    ),
    "comments": (
        "COMMENT ON TABLE birds IS NULL; COMMENT ON COLUMN birds.id IS 'it''s'; COMMENT ON VIEW names IS 'n';",
        [
            *("~ table main.birds", "    comment: the birds -> (none)"),
            *("~ column main.birds.id", "    comment: (none) -> it's"),
            *("~ view main.names", "    comment: (none) -> n"),
        ],
    ),
    "an option": ("CALL lake.set_option('target_file_size', '5MB');", ["+ option target_file_size 5000000"]),
    "rows alone": (
        "INSERT INTO ponds SELECT range, 0.5 FROM range(5000); DELETE FROM birds;",
        ["! DATA_LOSS  main.birds  V1__x.sql:1  1 row deleted"],
    ),
    "a table of the plan itself is dropped": (
        {"V1__a.sql": "CREATE TABLE t (a INTEGER);", "V2__b.sql": "DROP TABLE t;"},
        [],
    ),
    "a column of the plan itself is dropped": (
        {"V1__a.sql": "ALTER TABLE ponds ADD COLUMN a DATE;", "V2__b.sql": "ALTER TABLE ponds DROP COLUMN a;"},
        [],
    ),
    "a view is broken": (
        "ALTER TABLE side.eggs ADD COLUMN a DATE;\nALTER TABLE birds RENAME COLUMN id TO number;",
        [
            "> column main.birds.id -> main.birds.number",
            "+ column side.eggs.a DATE",
            '! BROKEN_VIEW  main.names  V1__x.sql:2  Binder Error: Referenced column "id" not found in FROM clause! '
            'Candidate bindings: "name"',
        ],
    ),
    "a broken view is mended by a later file": (
        {
            "V1__a.sql": "ALTER TABLE birds RENAME COLUMN id TO number;",
            "R__names.sql": "CREATE OR REPLACE VIEW names AS SELECT number AS id, name FROM birds;",
        },
        [
            "> column main.birds.id -> main.birds.number",
            *("~ view main.names", "    sql:"),
            *('      - SELECT id, "name" FROM birds', '      + SELECT number AS id, "name" FROM birds'),
        ],
    ),
    "a hazard that the file allows": (
        "-- ducktracker: allow DATA_LOSS\nDROP TABLE ponds;",
        [
            "- table main.ponds (pond INTEGER, depth DOUBLE)   [DATA_LOSS]",
            "! DATA_LOSS  main.ponds  V1__x.sql:2  0 rows  (allowed by the file)",
        ],
    ),
}
QUICK = ("create a view", "add a column", "rename a view", "drop a field", "replace a macro", "partition", "comments")


def made(folder: Path) -> Project:
    """Return a project on a lake that was made out of band."""
    project = new_project(folder, "duckdb", str(folder / "lake.db"), {"duckdb_metadata_path": "lake.db"})
    with attached(project.source, project.data_path) as lake:
        for statement in LAKE.strip().split(";\n"):
            lake.execute(statement)
    return project


@pytest.fixture(scope="module")
def pond(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One lake for all plans: none of them changes it."""
    return made(tmp_path_factory.mktemp("pond") / "project")


def write(project: Project, files: str | Mapping[str, str]) -> None:
    for old in (project.folder / "migrations").iterdir():
        old.unlink()
    for name, sql in ({"V1__x.sql": files} if isinstance(files, str) else files).items():
        project.migration(name, sql)


@pytest.mark.parametrize(("files", "expected"), [pytest.param(*case, id=name) for name, case in CASES.items()])
def test_differences_and_hazards(pond: Project, files: str | Mapping[str, str], expected: list[str]) -> None:
    write(pond, files)
    planned = pond.main("plan")
    assert (planned.code, planned.err) == (0, "")
    shown = planned.out.partition("\n\n")[2].splitlines()
    assert [line for line in shown[:-1] if not line.endswith(SUMMARY)] == expected


SUMMARY = ("added", "removed", "renamed", "modified", "no differences")


@pytest.mark.parametrize(
    "files",
    [pytest.param(case[0], id=name, marks=[] if name in QUICK else [pytest.mark.slow]) for name, case in CASES.items()],
)
def test_migrate_does_what_the_plan_says(tmp_path: Path, files: str | Mapping[str, str]) -> None:
    project = made(tmp_path / "project")
    write(project, files)
    before = schema(project)
    planned = plan(config(project), PlanOptions()).diff.changes
    assert project.main("migrate", "--transaction", "each").code == 0
    real = compare(before, schema(project), expected_name="", actual_name="").changes
    assert planned == real


def schema(project: Project) -> SchemaDocument:
    with open_lake(config(project)) as lake:
        return read_schema(lake)


def config(project: Project) -> Config:
    return resolve(Flags(config=str(project.folder / "ducktracker.toml")), environ={})
