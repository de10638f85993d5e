"""Reads, parses and checks migration files."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import duckdb

from dt_config.config import Config
from dt_contract.errors import InputError
from dt_contract.migrations import Migration
from dt_contract.redaction import conceal_in
from dt_contract.script_text import read_text
from dt_lint.check import check
from dt_lint.script.names import Home
from dt_lint.script.statements import Script, read


def load(connection: duckdb.DuckDBPyConnection, config: Config, migrations: Sequence[Migration]) -> list[Script]:
    """Return the files' statements; nothing runs.

    Raises InputError for a file that can't be used, or is no longer what was scanned.
    """
    scripts = []
    for migration in migrations:
        script = load_one(connection, config, migration)
        check([script], config.migrations)
        scripts.append(script)
    return scripts


def load_one(connection: duckdb.DuckDBPyConnection, config: Config, migration: Migration) -> Script:
    """Return a file's statements, unchecked. Raises InputError for a file that is no longer what was scanned."""
    text = read_text(Path(config.migrations.directory, migration.script))
    if hashlib.sha256(text.encode()).hexdigest() != migration.checksum:
        raise InputError("changed while it was being read", place=migration.script, hint="run again")
    conceal_in(text)
    return read(connection, migration, text, Home.of(config.connection.catalog_name, config.migrations.target_schema))
