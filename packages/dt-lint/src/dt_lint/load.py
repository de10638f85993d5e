"""Reads and parses migration files."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import duckdb

from dt_config.config import Config
from dt_contract.errors import InputError
from dt_contract.migrations import Migration
from dt_contract.redaction import conceal_in
from dt_contract.script_text import read_text
from dt_lint.rules.history_table import refuse_own_table
from dt_lint.rules.renames_to_itself import check_transaction
from dt_lint.script.names import Home
from dt_lint.script.statements import Script, parse


def load(connection: duckdb.DuckDBPyConnection, config: Config, migrations: Sequence[Migration]) -> list[Script]:
    """Gives the files' statements; nothing runs.

    Raises InputError for a file that can't be used, or is no longer what was scanned.
    """
    scripts = []
    home = Home.of(config.connection.catalog_name, config.migrations.target_schema)
    for migration in migrations:
        text = read_text(Path(config.migrations.directory, migration.script))
        if hashlib.sha256(text.encode()).hexdigest() != migration.checksum:
            raise InputError("changed while it was being read", place=migration.script, hint="run again")
        conceal_in(text)
        script = parse(connection, migration, text, home)
        refuse_own_table(script, config.migrations)
        check_transaction([script])
        scripts.append(script)
    return scripts
