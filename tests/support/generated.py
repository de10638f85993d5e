"""Generated SQL, applied as the migrations that it is."""

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from dt_config.config import Behavior, Config
from dt_contract.schema import SchemaDocument
from dt_diff.compare import compare
from dt_diff.sql.script import LeftOver, Part
from dt_diff.sql.text import script_text
from dt_lake.lake import open_lake
from dt_snapshot.reader import read_schema
from ducktracker.migrate.migrate import migrate
from ducktracker.migrate.migrate_options import MigrateOptions
from ducktracker.migrate.progress import Silent


def apply(config: Config, parts: Sequence[Part], folder: Path) -> None:
    """Write each part as the next migration in the folder, and migrate."""
    folder.mkdir(parents=True, exist_ok=True)
    first = len(list(folder.iterdir())) + 1
    for version, part in enumerate(parts, start=first):
        (folder / f"V{version}__part.sql").write_text(script_text(part), encoding="utf-8")
    behavior = Behavior(validate_on_migrate=False, drift_on_migrate="ignore", transaction="each")
    config = replace(config, migrations=replace(config.migrations, directory=str(folder)), behavior=behavior)
    done = migrate(config, MigrateOptions(), Silent())
    if done.failure:
        raise done.failure


def schema(config: Config) -> SchemaDocument:
    """Return the schema of the lake."""
    with open_lake(config, write=True) as lake:
        return read_schema(lake)


def without_ids(document: SchemaDocument) -> SchemaDocument:
    """Return the document as that of a lake that nobody knows, in which objects are the same by name."""
    return replace(document, lake=replace(document.lake, id=None))


def differences(expected: SchemaDocument, actual: SchemaDocument, left_over: Sequence[LeftOver] = ()) -> list[str]:
    """Return what differs by name, but for objects of which something is said to be left over."""
    found = compare(without_ids(expected), actual, expected_name="", actual_name="").changes
    left = [f"{item.name}." for item in left_over]
    return [
        f"{change.change} {change.object} {change.name} {change.details}"
        for change in found
        if not any(name.startswith(f"{change.name}.") for name in left)
    ]
