"""Tries generated SQL in a throw-away lake, by the engine of migrate, before anything is written."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.schema import SchemaDocument, Table
from dt_diff.sql.script import Generated
from dt_lake.lake import Lake
from dt_lake.sql import name
from dt_lake.temporary_folder import temporary_folder
from dt_lake.transaction import transaction
from dt_scan.folder import scan
from ducktracker.change.trial_rows import fill
from ducktracker.compare.replay import replay


def tried(
    config: Config,
    texts: Mapping[str, str],
    *,
    after: Generated | None = None,
    filled: Sequence[Table] = (),
    at_start: Callable[[Lake], None] = lambda _: None,
) -> SchemaDocument:
    """Return the schema that migrations make, by their names, in a new lake.

    They run after what SQL makes, and rows in the tables that are to be `filled`, or (None) after the migrations
    folder. `at_start` sees the lake before they run. Raise MigrationFailed for one that fails.
    """
    with temporary_folder() as folder:
        if after is None:
            _copy(config.migrations.directory, folder)
        for script, text in texts.items():
            (folder / script).write_text(text, encoding="utf-8", newline="")
        migrations = replace(config.migrations, directory=str(folder))
        before = partial(_run, after, filled, at_start) if after else None
        return replay(replace(config, migrations=migrations), before)


def _copy(directory: str, folder: Path) -> None:
    for migration in scan(directory).migrations:
        shutil.copyfile(Path(directory, migration.script), folder / migration.script)


def _run(generated: Generated, filled: Sequence[Table], at_start: Callable[[Lake], None], lake: Lake) -> None:
    """Make the start of a trial; `dump` and its tests are the proof of this SQL."""
    schema = name(lake.catalog, lake.config.migrations.target_schema)
    lake.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}; USE {schema}")
    for part in generated.parts:
        with transaction(lake.connection):
            for statement in part:
                if not statement.todo:
                    lake.connection.execute(statement.sql)
    fill(lake, filled)
    at_start(lake)
