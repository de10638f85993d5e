"""The SQL for migrations that run in another schema than `main`."""

from pathlib import Path

from msgspec.structs import replace

from dt_contract.schema import Schema, SchemaDocument
from dt_diff.sql.generate import generate
from dt_diff.sql.script import Statement
from support import rich_lake
from support.generated import apply
from support.lake_facts import facts
from support.left_over import differences

EMPTY = SchemaDocument(schemas=(Schema(name="main"), Schema(name="s")), options={})
MADE = (
    "CREATE TABLE main.birds (i INTEGER)",
    "CREATE TABLE s.birds (i INTEGER, name VARCHAR)",
    "CREATE TABLE s.ponds (i INTEGER)",
    "USE lake.s",
    "CREATE VIEW s.seen AS SELECT i FROM ponds",
    "CREATE VIEW main.big AS SELECT i FROM main.birds",
    "USE lake",
)


def test_names_are_those_of_the_schema_that_migrations_run_in(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    old, new = (rich_lake.new_lake(tmp_path / name) for name in ("old", "new"))
    apply(old, [(Statement("CREATE SCHEMA s"),)], tmp_path / "first")
    wanted = facts(old, *MADE).schema
    elsewhere = replace(new, migrations=replace(new.migrations, target_schema="s"))
    generated = generate(EMPTY, wanted, schema="s")
    assert "CREATE TABLE birds (i INTEGER, name VARCHAR)" in [item.sql for part in generated.parts for item in part]
    apply(elsewhere, generated.parts, tmp_path / "second")
    assert differences(wanted, facts(elsewhere).schema) == set()
