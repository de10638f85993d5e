"""What plan tells of random migrations is what migrate then does: outcome, failing line, message, schema and rows."""

from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dt_config.config import Config
from dt_config.flags import Flags
from dt_config.resolve import resolve
from dt_contract.errors import Stop
from dt_contract.plan import PlanDocument
from dt_contract.schema import SchemaDocument
from dt_contract.transactions import Mode
from dt_diff.compare import compare
from dt_lake.lake import open_lake
from dt_lake.sql import name
from dt_snapshot.reader import read_schema
from ducktracker.migrate.migrate import migrate
from ducktracker.migrate.migrate_options import MigrateOptions
from ducktracker.migrate.progress import Silent
from ducktracker.plan.plan import PlanOptions, plan
from support.backends import BACKENDS, Catalogs, catalogs
from support.project import Project, copy_of, project_at

BASE = """
CREATE TABLE a (x INTEGER, s STRUCT(i INTEGER, j INTEGER)); INSERT INTO a VALUES (1, {'i': 1, 'j': 2}), (2, NULL);
CREATE TABLE b (x INTEGER, y VARCHAR); INSERT INTO b VALUES (3, 'three'), (4, 'four'), (5, NULL);
CREATE VIEW v AS SELECT x FROM a; CREATE MACRO m(n) AS n + 1;
"""
KINDS = {
    "ddl": (
        "CREATE TABLE {n} (x INTEGER, s STRUCT(i INTEGER))",
        "CREATE TABLE IF NOT EXISTS {t} (x INTEGER)",
        "ALTER TABLE {t} ADD COLUMN {n} INTEGER DEFAULT 7",
        "ALTER TABLE {t} ALTER x TYPE BIGINT",
        "ALTER TABLE a DROP COLUMN s.j",
        "ALTER TABLE {t} SET PARTITIONED BY (x)",
        "ALTER TABLE {t} SET SORTED BY (x)",
        "ALTER TABLE {t} ALTER x SET DEFAULT 8",
        "COMMENT ON TABLE {t} IS '{n}'",
        "DROP TABLE {t}",
    ),
    "data": (
        "INSERT INTO {t} (x) VALUES (11), (12)",
        "INSERT INTO {t} (x) SELECT range FROM range(60)",
        "UPDATE {t} SET x = x + 1",
        "DELETE FROM {t} WHERE x < 5",
        "CREATE TABLE {n} AS SELECT range::INTEGER AS x FROM range(30)",
        "INSERT INTO {t} (x) SELECT x FROM {u}",
    ),
    "rename": (
        "ALTER TABLE {t} RENAME TO {n}",
        "ALTER TABLE {t} RENAME COLUMN x TO {n}",
        "ALTER TABLE a RENAME COLUMN s.i TO {n}",
        "ALTER TABLE a RENAME TO tmp; ALTER TABLE b RENAME TO a; ALTER TABLE tmp RENAME TO b",
    ),
    "view": (
        "CREATE OR REPLACE VIEW v AS SELECT * FROM {t}",
        "CREATE VIEW v_{n} AS SELECT x FROM v",
        "DROP VIEW v",
    ),
    "macro": ("CREATE OR REPLACE MACRO m(n) AS n + 2", "CREATE MACRO m_{n}(p) AS TABLE SELECT x FROM a WHERE x > p"),
    "option": (
        "CALL lake.set_option('parquet_compression', 'zstd')",
        "CALL lake.set_option('target_file_size', '5MB', table_name => '{t}')",
    ),
    "failure": (
        "SELECT 'x'::INTEGER",
        "ALTER TABLE {t} DROP COLUMN missing",
        "INSERT INTO {t} (x) SELECT y::INTEGER FROM b",
        "CREATE TABLE {t} (x INTEGER)",
        "SELECT error('no')",
    ),
    # Wrong, or refused, in one transaction; right with a commit between.
    "commit": (
        "ALTER TABLE {t} ADD COLUMN q_{n} VARCHAR;|ALTER TABLE {t} RENAME TO {n}",
        "CREATE TABLE o_{n} (x INTEGER);|CALL lake.set_option('target_file_size', '5MB', table_name => 'o_{n}')",
        "INSERT INTO {t} (x) VALUES (21);|ALTER TABLE {t} SET PARTITIONED BY (x)",
        "ALTER TABLE {t} ADD COLUMN w_{n} STRUCT(i INTEGER);|ALTER TABLE {t} ADD COLUMN w_{n}.k INTEGER",
    ),
}
SHARE = 0.1
"""Of the examples, at least, hold a statement of each kind."""


class Example(NamedTuple):
    kinds: frozenset[str]
    files: tuple[str, ...]


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """Files of random statements; a kind's `|` begins another file."""
    random = Random(draw(st.integers(0, 2**32)))
    kinds, files = set(), [""]
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(sorted(KINDS)))
        template = random.choice(KINDS[kind])
        parts = template.format(t=random.choice("ab"), u=random.choice("ab"), n=f"n{number}").split("|")
        files[-1] += f"{parts[0]};\n"
        files += [f"{part};\n" for part in parts[1:]]
        if random.random() < 0.5:
            files.append("")
        kinds.add(kind)
    return Example(frozenset(kinds), tuple(file for file in files if file))


class Lakes(NamedTuple):
    """A lake that is made once, and copied for each example."""

    template: Project
    server: Catalogs

    def copy(self, folder: Path) -> Project:
        return copy_of(self.template, folder / "project", self.server)


@pytest.fixture(scope="module", params=BACKENDS)
def lakes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lakes:
    server = catalogs(request, request.param)
    template = project_at(tmp_path_factory.mktemp("template") / "project", server)
    template.migration("V1__base.sql", BASE)
    assert template.main("migrate").code == 0
    return Lakes(template, server)


@pytest.mark.parametrize("rounds", [25, pytest.param(300, marks=pytest.mark.slow)])
@pytest.mark.parametrize("mode", ["each", "group", "all"])
def test_plan_tells_what_migrate_does(lakes: Lakes, mode: Mode, rounds: int) -> None:
    seen: Counter[str] = Counter()
    ran = 0

    @settings(max_examples=rounds, deadline=None, derandomize=rounds < 100, suppress_health_check=list(HealthCheck))
    @given(examples())
    def check(example: Example) -> None:
        nonlocal ran
        ran += 1
        seen.update(example.kinds)
        with TemporaryDirectory() as folder:
            _check(lakes.copy(Path(folder)), example, mode)

    check()
    assert {kind: seen[kind] for kind in KINDS if seen[kind] < SHARE * ran} == {}


def test_a_name_that_is_missing(lakes: Lakes, tmp_path: Path) -> None:
    """DuckDB suggests another one, out of the lake's metadata too, which is in another database for plan."""
    files = ("ALTER TABLE b RENAME TO c;\n", "CALL lake.set_option('target_file_size', '5MB', table_name => 'b');\n")
    _check(lakes.copy(tmp_path), Example(frozenset(), files), "each")


def _check(project: Project, example: Example, mode: Mode) -> None:
    for version, sql in enumerate(example.files, start=2):
        project.migration(f"V{version}__x.sql", sql)
    config = resolve(Flags(config=str(project.folder / "ducktracker.toml")), environ={})
    before, had = _state(config)
    planned = _planned(config, mode)
    done = _migrated(config, mode)
    after, has = _state(config)
    if isinstance(planned, str):
        assert done == planned
        return
    assert _failure(planned) == done
    changes = compare(before, after, expected_name="live", actual_name="after migrate").changes
    assert planned.diff.changes == changes
    if done is not None:
        return
    assert planned.incomplete == 0
    if not any(word in "".join(example.files) for word in ("DROP TABLE", "IF NOT EXISTS")):
        rows = [statement.rows for item in planned.migrations for statement in item.statements if statement.rows]
        assert sum(row.inserted - row.deleted for row in rows) == has - had


def _planned(config: Config, mode: Mode) -> PlanDocument | str:
    try:
        return plan(config, PlanOptions(mode=mode, show_values=True))
    except Stop as stop:
        return str(stop)


def _failure(planned: PlanDocument) -> str | None:
    return f"{planned.failure.place}: {planned.failure.error}" if planned.failure else None


def _migrated(config: Config, mode: Mode) -> str | None:
    """What ends the run, None if nothing does."""
    try:
        done = migrate(config, MigrateOptions(mode=mode), Silent())
    except Stop as stop:
        return str(stop)
    return str(done.failure) if done.failure else None


def _state(config: Config) -> tuple[SchemaDocument, int]:
    """The schema, and how many rows all tables have."""
    with open_lake(config, write=True) as lake:
        schema = read_schema(lake)
        rows = 0
        for table in schema.tables:
            query = f"SELECT count(*) FROM {name(lake.catalog, table.schema, table.name)}"
            row = lake.connection.execute(query).fetchone()
            rows += row[0] if row else 0
        return schema, rows
