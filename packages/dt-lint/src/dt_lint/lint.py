"""Finds what is wrong with the files of a migrations document."""

import duckdb
from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.findings import FindingsDocument
from dt_contract.migrations import MigrationsDocument
from dt_lint.check import findings
from dt_lint.load import load_one

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""DuckDB would look for an extension for a PRAGMA that it doesn't know."""


def lint(migrations: MigrationsDocument, config: Config) -> FindingsDocument:
    """Return what each file must not do in a transaction of its own. No statement runs, and no lake is asked.

    Raises InputError for a file that can't be read, or is no longer what was scanned.
    """
    there = replace(config, migrations=replace(config.migrations, directory=migrations.directory))
    with duckdb.connect(config=_CONFIG) as connection:
        scripts = [load_one(connection, there, migration) for migration in (*migrations.migrations, *migrations.undo)]
    return FindingsDocument(
        directory=migrations.directory,
        files=len(scripts),
        findings=tuple(found for script in scripts for found in findings([script], config.migrations)),
    )
